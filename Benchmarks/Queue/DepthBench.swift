import Jobs
import Postgres

/// `queue.depth`: drains beside millions of jobs that wait for their time and millions that are finished, and in an
/// empty cluster. BURSAR_BENCH_DEPTH says how many of each.
enum DepthBench {
    private static let depth = BenchScale.setting("BURSAR_BENCH_DEPTH", default: 10_000_000)
    private static let rounds = 5
    private static let jobs = BenchScale.of(100_000, step: LimitQueue.batch)
    private static let goal = 0.9
    /// Rows a statement of the filling.
    private static let share = 1_000_000
    /// Over which the finished jobs are spread.
    private static let days = 30

    static func run() async throws -> [BenchResult] {
        try await BenchCluster.database { empty in
            try await BenchCluster.database { deep in
                try await fill(deep)
                var rates: (empty: [Double], deep: [Double]) = ([], [])
                for _ in 0..<rounds {
                    rates.empty.append(try await NoOpDrain.run(jobs, empty).rate)
                    rates.deep.append(try await NoOpDrain.run(jobs, deep).rate)
                }
                let ratio = rates.deep.median / rates.empty.median
                return [
                    BenchResult(
                        bench: "queue.depth", value: rates.deep.median, unit: "jobs/s", limit: rates.empty.median,
                        ratio: ratio, goal: ">= \(goal) of itself when empty", met: ratio >= goal, peers: [:],
                        note: "\(depth) jobs not due, \(depth) finished")
                ]
            }
        }
    }

    /// Jobs of the kind that is drained, due in a year, and finished ones over a month.
    private static func fill(_ database: BenchDatabase) async throws {
        for day in 0..<days {
            try await database.control.execute("select bursar.make_history_day(current_date - \(Int32(day)))")
        }
        for begun in stride(from: 0, to: depth, by: share) {
            let (first, last) = (Int64(begun + 1), Int64(min(begun + share, depth)))
            try await database.control.execute(
                """
                insert into bursar.job (kind, payload, state, run_at, money, created_at)
                select \(NoOpJob.kind.name), '{"number": 12345}', 'waiting',
                       now() + interval '1 year' + n * interval '1 millisecond', false, now()
                from generate_series(\(first), \(last)) n
                """)
            try await database.control.execute(
                """
                insert into bursar.finished_job
                    (id, kind, payload, state, lease, attempt, failures, created_at, finished_at)
                select -n, \(NoOpJob.kind.name), '{"number": 12345}', 'done', 1, 1, 0, now() - interval '31 days',
                       now() - n * (interval '\(unsafe: "\(days - 1)") days' / \(Double(depth)))
                from generate_series(\(first), \(last)) n
                """)
        }
        try await database.settle()
    }
}
