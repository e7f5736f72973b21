import Jobs
package import Postgres
package import Primitives
import Synchronization

extension Transaction {
    /// Inserts many jobs of no line, no unique key and no run of their own. All go in or none.
    ///
    /// By one statement where that is enough, else by COPY. Throws `JobRefused` for what no queue takes.
    package func enqueue(contentsOf jobs: [NewJob], now: Instant? = nil) async throws {
        if try await enqueueAlike(jobs, now: now) { return }
        let present = if let now { now } else { try await run(StoreClock(now: nil))[0] }
        try await copy(jobs, at: present)
        let ready = ReadyInTransaction.current
        let tell = TellOfMany(lines: BulkLine.lines(of: jobs, at: present), notifies: ready == nil)
        for wakeUp in try await run(tell) { ready?.add(wakeUp) }
    }

    private func copy(_ jobs: [NewJob], at now: Instant) async throws {
        let position = Mutex(0)
        let columns = [
            "kind", "payload", "state", "run_at", "priority", "money", "execution_id", "created_at",
        ]
        try await copyIn("bursar.job", columns: columns) { writer in
            let next = position.withLock { $0 }
            let end = min(next + 1_000, jobs.count)
            for job in jobs[next..<end] {
                writer.row(columns: columns.count)
                writer.append(job.kind.name)
                writer.append(JSONText(text: job.payload))
                writer.append("waiting")
                writer.append(job.runAt ?? now)
                writer.append(Int16(job.priority.rawValue))
                writer.append(job.money)
                writer.append(job.partOf?.uuid)
                writer.append(now)
            }
            position.withLock { $0 = end }
            return end < jobs.count
        }
    }
}

extension PostgresConnection {
    /// The same in a transaction of its own.
    package func enqueue(contentsOf jobs: [NewJob], now: Instant? = nil) async throws {
        if try await enqueueAlike(jobs, now: now) { return }
        try await transaction { try await $0.enqueue(contentsOf: jobs, now: now) }
    }
}

extension PostgresPool {
    /// The same in a transaction of its own.
    package func enqueue(contentsOf jobs: [NewJob], now: Instant? = nil) async throws {
        if try await enqueueAlike(jobs, now: now) { return }
        try await transaction { try await $0.enqueue(contentsOf: jobs, now: now) }
    }
}

extension StatementRunner {
    /// Inserts those that one round trip can take: not too many, of one line of one queue. False: they are others.
    fileprivate func enqueueAlike(_ jobs: [NewJob], now: Instant?) async throws -> Bool {
        for job in jobs { try job.check(inBulk: true) }
        guard let first = jobs.first else { return true }
        let areAlike = jobs.allSatisfy {
            $0.kind == first.kind && $0.priority == first.priority && $0.money == first.money
        }
        guard areAlike, jobs.count <= EnqueueAlike.countMax else { return false }
        let ready = ReadyInTransaction.current
        for wakeUp in try await run(EnqueueAlike(jobs: jobs, notifies: ready == nil, now: now)) { ready?.add(wakeUp) }
        return true
    }
}

/// Inserts jobs of one kind and priority, all backed by money or none.
struct EnqueueAlike: Statement {
    let jobs: [NewJob]
    let notifies: Bool
    let now: Instant?

    /// Jobs a statement; COPY costs each job less, and the whole some round trips more.
    static let countMax = 2_000

    static let sql = """
        with clock as materialized (
            select coalesce($1, clock_timestamp()) as now
            where not $4 or bursar.check_batched($2, true, false, \(UniqueStates.unfinished.rawValue))),
        made as (
            insert into bursar.job (kind, payload, state, run_at, priority, money, execution_id, created_at)
            select $2, n.payload::jsonb, 'waiting', coalesce(n.run_at, clock.now), $3, $4, n.execution_id, clock.now
            from clock, unnest($5::text[], $6::timestamptz[], $7::uuid[]) as n (payload, run_at, execution_id)),
        counted as (insert into bursar.tally_change (kind, waiting) select $2, $8 from clock),
        first as materialized (select case when $9 then least($10, now) else $10 end as run_at from clock),
        told as (
            select pg_notify('bursar_job', \(WakeUp.payload(kind: "$2", priority: "$3", runAt: "run_at")))
            from first where $11)
        select $2::text, $3::smallint, run_at, (select count(*) from told) from first
        """

    func bind(to bindings: inout Bindings) {
        let given = jobs.compactMap(\.runAt)
        bindings.append(now)
        bindings.append(jobs[0].kind.name)
        bindings.append(Int16(jobs[0].priority.rawValue))
        bindings.append(jobs[0].money)
        bindings.append(jobs.map(\.payload))
        // An array that is too short gives nulls.
        bindings.append(given.isEmpty ? [] : jobs.map(\.runAt))
        bindings.append(jobs.contains { $0.partOf != nil } ? jobs.map { $0.partOf?.uuid } : [])
        bindings.append(Int32(jobs.count))
        bindings.append(given.count < jobs.count)
        bindings.append(given.min())
        bindings.append(notifies)
    }

    static func output(from row: inout Row) throws(PostgresError) -> WakeUp {
        try WakeUp(from: &row)
    }
}

/// What was enqueued into one line of a queue.
struct BulkLine: Hashable {
    let line: LowWaterMarks.Line
    let jobs: Int
    let first: Instant
    /// Money is behind one of them at least.
    let money: Bool

    static func lines(of jobs: [NewJob], at now: Instant) -> [BulkLine] {
        var lines: [LowWaterMarks.Line: (jobs: Int, first: Instant, money: Bool)] = [:]
        for job in jobs {
            let line = LowWaterMarks.Line(kind: job.kind, priority: job.priority.rawValue)
            let due = job.runAt ?? now
            let known = lines[line] ?? (0, due, false)
            lines[line] = (known.jobs + 1, min(known.first, due), known.money || job.money)
        }
        return lines.map { BulkLine(line: $0.key, jobs: $0.value.jobs, first: $0.value.first, money: $0.value.money) }
    }
}

/// Counts what was copied, and wakes the daemons when it commits; or fails, and all is undone, when money is behind
/// jobs of an idempotent kind.
struct TellOfMany: Statement {
    let lines: [BulkLine]
    let notifies: Bool

    static let sql = """
        with line as materialized (
            select kind, priority, jobs, run_at
            from unnest($1::text[], $2::smallint[], $3::integer[], $4::timestamptz[], $6::boolean[])
                as l (kind, priority, jobs, run_at, money)
            where not money or bursar.check_batched(kind, true, false, \(UniqueStates.unfinished.rawValue))),
        counted as (insert into bursar.tally_change (kind, waiting) select kind, sum(jobs) from line group by kind),
        told as (
            select pg_notify('bursar_job', \(WakeUp.payload(kind: "kind", priority: "priority", runAt: "run_at")))
            from line where $5)
        select kind, priority, run_at, (select count(*) from told) from line
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(lines.map(\.line.kind.name))
        bindings.append(lines.map { Int16(clamping: $0.line.priority) })
        bindings.append(lines.map { Int32(clamping: $0.jobs) })
        bindings.append(lines.map(\.first))
        bindings.append(notifies)
        bindings.append(lines.map(\.money))
    }

    static func output(from row: inout Row) throws(PostgresError) -> WakeUp {
        try WakeUp(from: &row)
    }
}
