import Postgres

extension PostgresError {
    /// The database is at fault, and may answer the same question soon.
    var mayPass: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .commitUnknown, .poolUnavailable, .timeout: true
        default: isTransient
        }
    }
}
