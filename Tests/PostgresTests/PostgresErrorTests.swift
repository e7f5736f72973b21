import Testing

@testable import Postgres

@Suite struct PostgresErrorTests {
    @Test(arguments: [
        ("23505", PostgresError.Code.uniqueViolation, false), ("40001", .serializationFailure, true),
        ("40P01", .deadlock, true), ("57P01", .connectionLost, true), ("57P02", .connectionLost, true),
        ("57P03", .connectionFailed, true), ("08006", .connectionLost, true), ("57014", .cancelled, false),
        ("55P03", .timeout, false), ("42P01", .undefinedObject, false), ("28P01", .authenticationFailed, false),
        ("26000", .staleStatement, true), ("22012", .server, false), ("53300", .connectionFailed, true),
    ])
    func `states are what they mean`(state: String, code: PostgresError.Code, isTransient: Bool) {
        #expect(SQLState.code(state) == code)
        #expect(PostgresError(code, "", sqlState: state).isTransient == isTransient)
    }

    @Test func `a commit whose outcome is unknown is lost and not transient`() {
        let error = PostgresError(.commitUnknown, "")
        #expect(error.isConnectionLost)
        #expect(!error.isTransient)
    }

    @Test func `quoted parts of messages are taken out`() {
        #expect(PostgresError.withoutQuotedParts("division by zero") == "division by zero")
        #expect(
            PostgresError.withoutQuotedParts("invalid input syntax for type integer: \"41 \"11\"")
                == "invalid input syntax for type integer: \"…\"")
        #expect(PostgresError.withoutQuotedParts("value \"99\" is out of range") == "value \"…\" is out of range")
    }

    @Test func `a refusal at the door is read from libpq's text`() {
        let text = """
            connection to server on socket "/tmp/x" failed: FATAL:  28P01: password authentication failed for user "x"
            LOCATION:  auth_failed, auth.c:338
            """
        let error = ConnectFailure.error(text: text)
        #expect(error.code == .authenticationFailed)
        #expect(error.sqlState == "28P01")
        #expect(error.message == "password authentication failed for user \"x\"")
        let busy = ConnectFailure.error(text: "FATAL:  57P03: the database system is starting up\n")
        #expect(busy.code == .connectionFailed)
        let silent = ConnectFailure.error(text: "could not connect: FATAL: gone\n")
        #expect(silent.sqlState == nil)
        #expect(silent.message == "could not connect: FATAL: gone")
    }

    @Test func `the description is one line with what one needs to act`() {
        var error = PostgresError(.uniqueViolation, "twice", sqlState: "23505", hint: "once")
        error.statement = "InsertPair"
        error.constraint = "pair_key"
        error.phase = .body
        #expect(
            error.description
                == "twice (uniqueViolation, SQLSTATE 23505, statement InsertPair, constraint pair_key, in body)"
                + ". Hint: once"
        )
    }
}
