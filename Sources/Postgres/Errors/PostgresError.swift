/// What went wrong between this process and the database. Safe to show: never holds a bound value.
package struct PostgresError: Error, Sendable {
    /// What kind of failure; the first thing a caller switches on.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// No host of the address gave a session.
        case connectionFailed
        /// The server answered and refused this user, password or database. Trying again does not help.
        case authenticationFailed
        /// The session ended under us, and nothing of the unit of work has happened.
        case connectionLost
        /// The session ended while COMMIT was under way, or a writing statement outside a transaction: it may or may
        /// not have happened. Never rerun blindly.
        case commitUnknown
        /// A limit of time passed: statement timeout, a lock's, a lease of the pool, an answer that never came.
        case timeout
        /// The task was cancelled, or somebody cancelled the statement on the server.
        case cancelled
        /// 23505.
        case uniqueViolation
        /// 23503.
        case foreignKeyViolation
        /// 23502.
        case notNullViolation
        /// 23514.
        case checkViolation
        /// 23P01.
        case exclusionViolation
        /// 40001.
        case serializationFailure
        /// 40P01.
        case deadlock
        /// A prepared statement no longer fits the schema; it is prepared anew when it is next used.
        case staleStatement
        /// 42501.
        case insufficientPrivilege
        /// 42P01, 42703, 3F000 and relatives: the schema is not the one that this build expects.
        case undefinedObject
        /// Any other error that the server reported; `sqlState` says which.
        case server
        /// A value cannot be sent in the type its column or parameter has.
        case encoding
        /// A column cannot be read as the type asked for.
        case decoding
        /// The peer said something that the protocol does not allow here.
        case protocolViolation
        /// The caller broke a rule of this API.
        case misuse
        /// The pool is shut down, or its queue of waiters is full.
        case poolUnavailable
        /// The schema in the database is not one that this build can work with or migrate.
        case schema
    }

    /// The part of a transaction in which an error arose.
    package enum Phase: String, Sendable, Hashable {
        case begin, body, commit, rollback
    }

    package var code: Code
    /// Five characters, when the server reported the error.
    package var sqlState: String?
    /// One sentence without bound values.
    package var message: String
    /// How to fix it.
    package var hint: String?
    package var schema: String?
    package var table: String?
    package var column: String?
    package var constraint: String?
    /// The statement's name, such as its type's.
    package var statement: String?
    /// Where in the statement's text, counted from 1, when the server said so.
    package var position: Int?
    /// The part of a transaction in which it arose, nil outside one.
    package var phase: Phase?

    package init(_ code: Code, _ message: String, sqlState: String? = nil, hint: String? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.hint = hint
    }
}

extension PostgresError {
    /// Whether the same unit of work may be run again from its start with a chance to succeed. False for
    /// `commitUnknown`.
    package var isTransient: Bool {
        switch code {
        case .serializationFailure, .deadlock, .staleStatement, .connectionLost, .connectionFailed: true
        default: false
        }
    }

    /// Whether the session is gone: the connection cannot be used again.
    package var isConnectionLost: Bool {
        code == .connectionLost || code == .commitUnknown
    }

    /// The same error with the statement's name and phase filled in where they are missing.
    func naming(_ name: String?, phase newPhase: Phase? = nil) -> PostgresError {
        var copy = self
        copy.statement = statement ?? name
        copy.phase = phase ?? newPhase
        return copy
    }
}

extension PostgresError: CustomStringConvertible {
    /// One line: message, code, SQLSTATE, statement, constraint, hint.
    package var description: String {
        var text = message
        var parts: [String] = [code.rawValue]
        if let sqlState { parts.append("SQLSTATE \(sqlState)") }
        if let statement { parts.append("statement \(statement)") }
        if let constraint { parts.append("constraint \(constraint)") }
        if let phase { parts.append("in \(phase.rawValue)") }
        text += " (" + parts.joined(separator: ", ") + ")"
        if let hint { text += ". Hint: " + hint }
        return text
    }
}

extension PostgresError: CustomDebugStringConvertible {
    package var debugDescription: String {
        var text = description
        if let table { text += ", table \(schema.map { $0 + "." } ?? "")\(table)" }
        if let column { text += ", column \(column)" }
        if let position { text += ", at character \(position)" }
        return text
    }
}
