import Jobs
import JobsPostgres
import Postgres
import Testing

@Suite struct FailureClassTests {
    @Test func `what the database refuses for its content is not tried again, a lost connection is`() {
        #expect(FailureClass(of: PostgresError(.checkViolation, "no")) == .refused)
        #expect(FailureClass(of: PostgresError(.connectionLost, "gone")) == .retry)
        #expect(FailureClass(of: PostgresError(.deadlock, "again")) == .retry)
    }
}
