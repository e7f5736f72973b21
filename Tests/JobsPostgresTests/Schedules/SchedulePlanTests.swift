import Cron
import DatabaseTestSupport
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

@testable import JobsPostgres

/// What the server does for the statements of the law of ticks when many schedules are due at once.
@Suite struct SchedulePlanTests {
    @Test func `of ten thousand that are due, a pass reads its own`() async throws {
        try await withEngine { engine, _ in
            try await fill(10_000, engine)
            for isAnalyzed in [false, true] {
                if isAnalyzed { try await engine.pool.execute("analyze") }
                let statement = DueSchedules(
                    now: engine.time.now(), limit: 1_000, fileDigest: nil, unreadable: ([], []))
                for plan in try await plans(of: statement, engine) {
                    #expect(!plan.contains("Sort"), "\(plan)")
                    #expect(plan.contains("Index Cond: (next_due <= "), "\(plan)")
                }
                #expect(try await engine.ticks.due(limit: 1_000).due.count == 1_000)
            }
        }
    }

    @Test func `a pass over a thousand schedules compares none of its rows with each other`() async throws {
        try await withEngine { engine, _ in
            for count in [0, 1_000] {
                try await fill(count, engine)
                let (due, now) = try await engine.ticks.due(limit: 1_000)
                #expect(due.count == count)
                let statement = CommitPasses(now: now, passes: due.map { ($0, $0.decide(now: now)) }, fileDigest: nil)
                for plan in try await plans(of: statement, engine) {
                    #expect(!hasQuadraticLoop(plan), "\(plan)")
                    #expect(!plan.contains("on schedule_due"), "\(plan)")
                    for index in ["schedule_pkey", "tick_period", "job_head", "job_held", "run_keeps_place"] {
                        #expect(plan.contains(index), "\(index)\n\(plan)")
                    }
                }
            }
            #expect(try await engine.fire().enqueued == 3_000)
        }
    }

    @Test func `of a file, the schedules that changed are looked up by name and taken out by id`() async throws {
        try await withEngine { engine, _ in
            try await fill(1_000, engine)
            for plan in try await plans(of: LockedRules(names: ["s1"]), engine) {
                #expect(plan.contains("schedule_name_key"), "\(plan)")
            }
            for plan in try await plans(of: RemoveSchedules(ids: [1], now: engine.time.now()), engine) {
                #expect(plan.contains("schedule_pkey"), "\(plan)")
            }
        }
    }

    /// Schedules each of which has three ticks due.
    private func fill(_ count: Int, _ engine: TestEngine) async throws {
        try await engine.pool.execute(
            """
            insert into bursar.schedule
                (name, kind, payload, expression, zone, money, catch_up, catch_up_limit, overlap, pause_on_failure,
                 enabled, cursor, next_due, created_at, updated_at)
            select 's' || n, 'test.work', '{}', '* * * * *', 'UTC', n % 2 = 0, 'all', 100, 'queue', false, true,
                   m.minute - interval '3 minutes', m.minute - interval '2 minutes', m.minute, m.minute
            from generate_series(1, \(Int32(count))) n,
                 (select date_trunc('minute', \(engine.time.now())) as minute) m
            """)
    }

    /// With the values known, and for all values.
    private func plans<S: Statement>(of statement: S, _ engine: TestEngine) async throws -> [String] {
        let hot = HotStatement(statement)
        return [try await hot.known(engine), try await hot.generic(engine)]
    }

    /// Whether the plan has a nested loop both sides of which are rows that no index finds.
    private func hasQuadraticLoop(_ plan: String) -> Bool {
        let lines = plan.split(separator: "\n").map { (depth: $0.prefix { $0 == " " }.count, text: $0) }
        for (place, line) in lines.enumerated() where line.text.contains("Nested Loop") {
            let below = lines[(place + 1)...].prefix { $0.depth > line.depth }.filter { $0.text.contains("->  ") }
            let sides = below.filter { side in side.depth == below.map(\.depth).min() }
            if sides.allSatisfy({ $0.text.contains("CTE Scan") || $0.text.contains("Function Scan") }) { return true }
        }
        return false
    }
}
