package import Jobs
package import Postgres

/// What the database refuses for its content it will refuse again; while it is away or has no room it is nobody's
/// failure; everything else may pass.
extension PostgresError: ClassifiedFailure {
    package var failureClass: FailureClass {
        // Class 53, insufficient resources, class 58, errors of the system, and 57P0x: it is being stopped or started.
        if let sqlState, ["53", "57P", "58"].contains(where: sqlState.hasPrefix) { return .outage }
        return switch code {
        case .uniqueViolation, .foreignKeyViolation, .notNullViolation, .checkViolation, .exclusionViolation,
            .insufficientPrivilege, .undefinedObject, .encoding, .decoding, .misuse, .schema:
            .refused
        case .connectionFailed, .connectionLost, .commitUnknown, .poolUnavailable: .outage
        // With an SQLSTATE it is a limit of the statement, without one the pool's.
        case .timeout: sqlState == nil ? .outage : .retry
        case .authenticationFailed, .cancelled, .serializationFailure, .deadlock, .staleStatement, .server,
            .protocolViolation:
            .retry
        }
    }
}

extension TransactionError: ClassifiedFailure {
    package var failureClass: FailureClass { FailureClass(of: body) }
}
