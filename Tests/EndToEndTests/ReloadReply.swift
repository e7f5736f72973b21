import DaemonTestSupport
import Postgres
import Testing

/// What `bursarctl reload --json` says.
struct ReloadReply: Sendable {
    let exit: Int32?
    let outcome: String
    let generation: Int
    let text: String
}

func reload(_ daemon: WatchedDaemon, _ arguments: String...) async throws -> ReloadReply {
    let answer = try await Tool.run(["--socket", daemon.files.socket, "reload", "--json"] + arguments)
    let outcome = try #require(answer.output.firstMatch(of: #/"outcome" ?: ?"([a-z]+)"/#), "\(answer.complaint)")
    let generation = try #require(answer.output.firstMatch(of: #/"generation" ?: ?([0-9]+)/#).flatMap { Int($0.1) })
    return ReloadReply(
        exit: answer.exit, outcome: String(outcome.1), generation: generation, text: answer.output)
}

/// Takes a schedule's cursor back two hours, and says so.
func makeDue(_ schedule: String, _ pool: PostgresPool) async throws {
    try await pool.execute(
        """
        update bursar.schedule set revision = revision + 1, cursor = cursor - interval '2 hours',
               next_due = date_trunc('hour', cursor) - interval '1 hour'
        where name = \(schedule)
        """)
    try await pool.execute("select pg_notify('bursar_schedule', '')::text")
}
