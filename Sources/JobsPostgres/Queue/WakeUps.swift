import Jobs
package import Postgres
import Primitives
import Synchronization

/// What became ready in this daemon's transactions, until all daemons are told of it: once every few milliseconds at
/// most, and never by the transactions themselves, since all that notify stand in one line for their commit.
package final class WakeUps: Sendable {
    /// Of each line the first that became ready.
    private let pending = Mutex<[LowWaterMarks.Line: Instant]>([:])
    private let isPending = Signal()
    private let marks: LineMarks

    private static let pause = Duration.milliseconds(5)
    private static let pauseAfterError = Duration.milliseconds(250)

    init(marks: LineMarks) {
        self.marks = marks
    }

    /// Call after the commit: what is told sooner may be looked for too soon.
    func add(_ wakeUps: some Sequence<WakeUp>) {
        var isNew = false
        for wakeUp in wakeUps {
            marks.lower(by: wakeUp)
            pending.withLock { $0[wakeUp.line] = min($0[wakeUp.line] ?? wakeUp.runAt, wakeUp.runAt) }
            isNew = true
        }
        if isNew { isPending.raise() }
    }

    /// Tells the daemons until cancelled.
    package func run(via runner: some StatementRunner) async {
        while !Task.isCancelled {
            guard await isPending.wait() else { return }
            let told = pending.withLock { pending in
                defer { pending = [:] }
                return pending.map { WakeUp(line: $0.key, runAt: $0.value) }
            }
            do {
                try await runner.run(TellOfJobs(wakeUps: told))
                try? await ContinuousClock().sleep(for: Self.pause)
            } catch {
                add(told)
                try? await ContinuousClock().sleep(for: Self.pauseAfterError)
            }
        }
    }
}

/// Tells all daemons in which lines something became ready.
struct TellOfJobs: Statement {
    let wakeUps: [WakeUp]

    static let sql = "select pg_notify('bursar_job', p)::text from unnest($1::text[]) as p"

    func bind(to bindings: inout Bindings) {
        bindings.append(wakeUps.map(\.payload))
    }

    static func output(from row: inout Row) throws(PostgresError) {}
}

/// What the transaction around the present task makes ready: collected instead of notified, when whoever commits it
/// tells of it afterwards.
final class ReadyInTransaction: Sendable {
    @TaskLocal static var current: ReadyInTransaction?

    private let state = Mutex<[WakeUp]>([])

    var wakeUps: [WakeUp] { state.withLock { $0 } }

    func add(_ wakeUp: WakeUp) {
        state.withLock { $0.append(wakeUp) }
    }

    /// The unit of work runs again from its start.
    func forget() {
        state.withLock { $0 = [] }
    }
}
