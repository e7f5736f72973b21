import Jobs
import JobsPostgres
import Postgres
import Testing

@Suite struct FailureClassTests {
    @Test func `what the database refuses for its content is not tried again, and its absence is nobody's failure`() {
        #expect(FailureClass(of: PostgresError(.checkViolation, "no")) == .refused)
        #expect(FailureClass(of: PostgresError(.connectionLost, "gone")) == .outage)
        #expect(FailureClass(of: PostgresError(.server, "the disk is full", sqlState: "53100")) == .outage)
        #expect(FailureClass(of: PostgresError(.timeout, "no connection became free")) == .outage)
        #expect(FailureClass(of: PostgresError(.timeout, "statement timeout", sqlState: "57014")) == .retry)
        #expect(FailureClass(of: PostgresError(.deadlock, "again")) == .retry)
    }
}
