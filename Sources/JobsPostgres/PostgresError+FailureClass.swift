package import Jobs
package import Postgres

/// What the database refuses for its content it will refuse again; everything else may pass.
extension PostgresError: ClassifiedFailure {
    package var failureClass: FailureClass {
        switch code {
        case .uniqueViolation, .foreignKeyViolation, .notNullViolation, .checkViolation, .exclusionViolation,
            .insufficientPrivilege, .undefinedObject, .encoding, .decoding, .misuse, .schema:
            .refused
        case .connectionFailed, .authenticationFailed, .connectionLost, .commitUnknown, .timeout, .cancelled,
            .serializationFailure, .deadlock, .staleStatement, .server, .protocolViolation, .poolUnavailable:
            .retry
        }
    }
}

extension TransactionError: ClassifiedFailure {
    package var failureClass: FailureClass { FailureClass(of: body) }
}
