/// What the five characters of the server mean here (PostgreSQL, Appendix A).
enum SQLState {
    static let featureNotSupported = "0A000"
    static let unknownPreparedStatement = "26000"
    static let queryCancelled = "57014"
    static let repeatedPreparedStatement = "42P05"

    /// The code that stands for a server's SQLSTATE.
    static func code(_ state: String) -> PostgresError.Code {
        switch state {
        case "23505": .uniqueViolation
        case "23503": .foreignKeyViolation
        case "23502": .notNullViolation
        case "23514": .checkViolation
        case "23P01": .exclusionViolation
        case "40001": .serializationFailure
        case "40P01": .deadlock
        case "42501": .insufficientPrivilege
        case "42P01", "42703", "42883", "42704", "3F000": .undefinedObject
        case "55P03": .timeout
        case queryCancelled: .cancelled
        case unknownPreparedStatement: .staleStatement
        case "57P01", "57P02", "57P04", "57P05", "25P03": .connectionLost
        case "57P03", "53300": .connectionFailed
        case "3D000": .authenticationFailed
        case _ where state.hasPrefix("08"): .connectionLost
        case _ where state.hasPrefix("28"): .authenticationFailed
        default: .server
        }
    }

    /// Whether it says that the server's session is not the one in which statements were prepared.
    static func isOfForeignSession(_ state: String?) -> Bool {
        state == unknownPreparedStatement || state == repeatedPreparedStatement
    }

    /// Whether messages of this state can quote data: class 22, data exceptions.
    static func mayQuoteValues(_ state: String) -> Bool {
        state.hasPrefix("22")
    }
}
