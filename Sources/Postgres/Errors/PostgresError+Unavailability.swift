extension PostgresError {
    /// Whether the database, not what was asked of it, is at fault, and may be back soon.
    package var isUnavailability: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .commitUnknown, .poolUnavailable, .timeout: true
        default: false
        }
    }
}
