import DaemonTestSupport
import DatabaseTestSupport
import FoundationEssentials
import Postgres
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// A run that is killed again and again ends with the values of an undisturbed one.
@Suite(.serialized) struct KilledValuationTests {
    /// The long form kills thirty times in a run over 50,000 students.
    private static let isProof = Proof.isLong
    private static let students = isProof ? 50_000 : 6_000
    private static let kills = isProof ? 30 : 6

    @Test func `kill -9 at random moments of a run changes no value, doubles no student, loses no tick`() async throws {
        try await withDatabase { database in
            let pool = PostgresPool(address: database.address, size: 4)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await pool.run() }
                try await School(students: Self.students).load(into: pool)
                try await withDirectory { directory in
                    try await killRepeatedly(pool, database, directory)
                    try await check(pool)
                }
                group.cancelAll()
            }
        }
    }

    /// A schedule whose ticks of the last hours are all to be caught up, and a run by hand.
    private static let settings = """
        engine:
          workers: 2
          lease: 2s
          beat: 100ms
          poll: 500ms
          drain: 5s
        investments:
          batch_size: \(isProof ? 500 : 250)
        schedules:
          investments.hourly: {enabled: false}
          investments.daily: {enabled: false}
          test.quarterly:
            kind: investments.value
            payload: {mode: full}
            cron: "*/15 * * * *"
            zone: America/Argentina/Buenos_Aires
            catch_up: all
        """

    private func killRepeatedly(_ pool: PostgresPool, _ database: TestDatabase, _ directory: FilePath) async throws {
        // The first start writes the schedule; then its cursor goes back, so that ticks are due at once.
        let config = directory.appending("bursar.yaml").string
        try Data(Self.settings.utf8).write(to: URL(filePath: config))
        let arguments = ["--config", config, "--socket", directory.appending("bursar.sock").string]
        let environment = ["BURSAR_DATABASE_URL": database.uri, "BURSAR_STATE_DIRECTORY": directory.string]
        let first = try await DaemonProcess.run(arguments, environment: environment) { daemon in
            try await until("the schedule is there") {
                try await pool.value(
                    "select exists (select from bursar.schedule where name = 'test.quarterly')", as: Bool.self)
            }
            daemon.stop()
        }
        #expect(first.status == .exited(0), "\(first.log)")
        try await pool.execute(
            """
            update bursar.schedule set cursor = date_trunc('hour', now()) - interval '31 minutes',
                                       next_due = date_trunc('hour', now()) - interval '30 minutes'
            where name = 'test.quarterly'
            """)
        for _ in 0..<Self.kills {
            let ending = try await DaemonProcess.run(arguments, environment: environment) { daemon in
                try await until("a job runs") {
                    try await pool.value(
                        "select exists (select from bursar.job where state = 'running')", as: Bool.self)
                }
                try await ContinuousClock().sleep(for: .milliseconds(Int.random(in: 0...400)))
                daemon.kill()
            }
            #expect(ending.status == .signaled(9))
        }
        let last = try await DaemonProcess.run(arguments, environment: environment) { daemon in
            try await until("every run has ended") {
                try await pool.value("select not exists (select from bursar.run where outcome is null)", as: Bool.self)
            }
            daemon.stop()
        }
        #expect(last.status == .exited(0), "\(last.log)")
    }

    private func check(_ pool: PostgresPool) async throws {
        #expect(try await pool.value("select count(*) from bursar.run where outcome <> 'success'", as: Int64.self) == 0)
        let attempts = try await pool.value("select max(attempt) from bursar.finished_job", as: Int32.self)
        #expect(attempts > 1, "no run was hit")
        let ticks = try await pool.value("select count(*) from bursar.tick", as: Int64.self)
        #expect(ticks >= 3)
        let runs = try await pool.value("select count(*) from bursar.run where trigger = 'scheduled'", as: Int64.self)
        #expect(runs == ticks)
        #expect(try await pool.value("select count(distinct instant) from bursar.tick", as: Int64.self) == ticks)
        // Every run valued everybody once, and equals what SQL makes of the same investments.
        let wrong = try await pool.value(
            """
            select count(*) from investments.valuation v cross join investments.students s
            left join investments.result r on r.run_no = v.run_no and r.student_id = s.id
            where r.amount is distinct from (
                select round(sum(
                    i.monto * exp(ln(1.01::numeric(60, 50)) * extract(epoch from v.as_of - i.fecha) / 2592000)))
                from investments.investments i where i.student_id = s.id and i.fecha <= v.as_of)::bigint
            """, as: Int64.self)
        #expect(wrong == 0)
        let rows = try await pool.value("select count(*) from investments.result", as: Int64.self)
        #expect(rows == ticks * Int64(Self.students))
        #expect(
            try await pool.value(
                "select count(*) from bursar.run where (totals->>'students')::int8 <> \(Int64(Self.students))",
                as: Int64.self) == 0)
        let surplus = Int(rows - ticks * Int64(Self.students))
        try Proof.record(
            "kills.valuation", ["kills": Self.kills, "double": max(0, surplus), "lost": max(0, -surplus) + Int(wrong)])
    }
}
