import Cron
import DatabaseTestSupport
import Jobs
import JobsPostgres
import Postgres
import Primitives
import Scheduling
import TestSupport
import Testing

@Suite struct ScheduleFileTests {
    @Test func `the first file is applied and recorded, and says what it changed`() async throws {
        try await withEngine { engine, _ in
            let outcome = try await apply([schedule("a"), schedule("b")], as: "one", of: engine)
            #expect(outcome == .applied([.init(name: "a", what: .added), .init(name: "b", what: .added)]))
            let file = try #require(try await engine.pool.first(CurrentScheduleFile()))
            #expect(file.digest == "one" && file.appliedBy == "bursard" && file.appliedAt == engine.time.now())
            #expect(file.daemon == (await engine.session.current))
            #expect(try await apply([schedule("a"), schedule("b")], as: "one", of: engine) == .applied([]))
        }
    }

    @Test func `a changed file says which settings changed, old and new, and what it takes out`() async throws {
        try await withEngine { engine, _ in
            try await apply([schedule("a"), schedule("b"), schedule("c")], as: "one", of: engine)
            var edited = try schedule("a", "30 4 * * *")
            edited.payload = #"{ "mode" : "full" }"#
            edited.maxLateness = .seconds(90)
            let outcome = try await apply([edited, schedule("c")], as: "two", of: engine)
            let changes = [
                SettingChange(setting: "payload", old: "{}", new: #"{"mode": "full"}"#),
                SettingChange(setting: "cron", old: "0 2 * * *", new: "30 4 * * *"),
                SettingChange(setting: "max_lateness", old: "none", new: "90.0 s"),
            ]
            #expect(
                outcome
                    == .applied([.init(name: "a", what: .changed(changes)), .init(name: "b", what: .removed)]))
        }
    }

    @Test func `a file that changes one schedule writes and locks no other`() async throws {
        try await withEngine { engine, _ in
            var schedules = try (0..<20).map { try schedule("s\($0)") }
            try await apply(schedules, as: "one", of: engine)
            engine.time.advance(by: .seconds(86_400))
            _ = try await engine.fire()
            // Whoever locks or writes a row leaves a mark on it.
            let marks: SQL = "select string_agg(xmin::text || xmax, ' ' order by id) from bursar.schedule where id <> 8"
            let before = try await engine.pool.value(marks, as: String.self)
            schedules[7].catchUpLimit = 9
            let change = SettingChange(setting: "catch_up_limit", old: "100", new: "9")
            #expect(
                try await apply(schedules, as: "two", of: engine)
                    == .applied([.init(name: "s7", what: .changed([change]))]))
            #expect(try await engine.pool.value(marks, as: String.self) == before)
        }
    }

    @Test func `a long file is applied, edited and taken out as a short one`() async throws {
        try await withEngine { engine, _ in
            var schedules = try (0..<1_201).map { try schedule("s\($0)") }
            #expect(changed(try await apply(schedules, as: "one", of: engine)) == 1_201)
            #expect(changed(try await apply(schedules, as: "one", of: engine)) == 0)
            for index in schedules.indices { schedules[index].payload = "{\"a\" : \(index)}" }
            #expect(changed(try await apply(schedules, as: "two", of: engine)) == 1_201)
            for index in schedules.indices { schedules[index].payload = "{\"a\":\(index)}" }
            #expect(changed(try await apply(schedules, as: "three", of: engine)) == 0)
            #expect(changed(try await apply(Array(schedules.prefix(1)), as: "four", of: engine)) == 1_200)
            #expect(try await engine.count("select count(*) from bursar.schedule where removed_at is null") == 1)
        }
    }

    private func changed(_ outcome: ScheduleFileOutcome) -> Int? {
        if case .applied(let changes) = outcome { changes.count } else { nil }
    }

    @Test func `another file is disputed while a daemon that lives stands by the one that holds`() async throws {
        try await withTwoDaemons { here, there in
            try await apply([schedule("a")], as: "one", of: here)
            guard case .disputed(let holder) = try await apply([schedule("b")], as: "two", of: there) else {
                Issue.record("the second file was applied")
                return
            }
            #expect(holder.daemon == (await here.session.current))
            #expect(holder.file.digest == "one" && holder.file.appliedAt == here.time.now())
            #expect(try await names(here) == ["a"])
        }
    }

    @Test func `the file of a daemon that ended gives way, however fresh its last beat`() async throws {
        try await withTwoDaemons { here, there in
            try await apply([schedule("a")], as: "one", of: here)
            await here.session.end()
            let outcome = try await apply([schedule("b")], as: "two", of: there)
            #expect(
                outcome
                    == .applied([.init(name: "a", what: .removed), .init(name: "b", what: .added)]))
        }
    }

    @Test func `the file of a daemon whose process was killed gives way at once`() async throws {
        try await withTwoDaemons { here, there in
            try await apply([schedule("a")], as: "one", of: here)
            let id = try #require(await here.session.current)
            try await there.pool.execute(
                """
                select pg_terminate_backend(l.pid, 5000) from pg_locks l join bursar.daemon d
                  on l.locktype = 'advisory' and (l.classid::int8 << 32 | l.objid::int8) = d.lock_key and l.granted
                where d.id = \(id.uuid)
                  and l.database = (select oid from pg_database where datname = current_database())
                """)
            guard case .applied = try await apply([schedule("b")], as: "two", of: there) else {
                Issue.record("a dead daemon's file held")
                return
            }
        }
    }

    @Test func `a person may say that the other file holds`() async throws {
        try await withTwoDaemons { here, there in
            try await apply([schedule("a")], as: "one", of: here)
            let outcome = try await apply([schedule("b")], as: "two", of: there, by: "alice", force: true)
            #expect(outcome == .applied([.init(name: "a", what: .removed), .init(name: "b", what: .added)]))
            let file = try #require(try await here.pool.first(CurrentScheduleFile()))
            #expect(file.digest == "two" && file.appliedBy == "alice")
            // The first daemon's reload of its old file is now the one in dispute.
            guard case .disputed = try await apply([schedule("a")], as: "one", of: here) else {
                Issue.record("the first file came back by itself")
                return
            }
        }
    }

    @Test func `a daemon whose file does not hold fires none of the file's schedules`() async throws {
        try await withTwoDaemons { here, there in
            try await apply([schedule("a")], as: "one", of: here)
            try await apply([schedule("b")], as: "two", of: there)
            here.time.advance(by: .seconds(86_400))
            #expect(try await there.fire() == CommittedPasses(advanced: 0, enqueued: 0))
            #expect(try await there.ticks.outlook().due == nil)
            #expect(try await here.fire() == CommittedPasses(advanced: 1, enqueued: 1))
        }
    }

    @Test func `a decision made before another file came to hold commits nothing`() async throws {
        try await withTwoDaemons { here, there in
            try await apply([schedule("a")], as: "one", of: here)
            here.time.advance(by: .seconds(86_400))
            let (due, now) = try await here.ticks.due(limit: 10)
            #expect(due.count == 1)
            try await apply([schedule("a"), schedule("b")], as: "two", of: there, force: true)
            let passes = due.map { ($0, $0.decide(now: now)) }
            let committed = try await here.ticks.commit(passes)
            #expect(committed.advanced == 0 && committed.enqueued == 0)
            #expect(try await there.fire() == CommittedPasses(advanced: 1, enqueued: 1))
        }
    }

    @Test func `of two daemons that start with different files at the same time one holds`() async throws {
        for _ in 0..<5 {
            try await withTwoDaemons { here, there in
                async let first = apply([schedule("a")], as: "one", of: here)
                async let second = apply([schedule("b")], as: "two", of: there)
                let outcomes = try await [first, second]
                let applied = outcomes.filter { if case .applied = $0 { true } else { false } }
                #expect(applied.count == 1)
                #expect(try await names(here).count == 1)
            }
        }
    }

    @Test func `a session tells its digest with every beat and in its next life`() async throws {
        try await withEngine { engine, _ in
            try await engine.session.setFileDigest("one")
            #expect(try await digest(engine) == "one")
            try await engine.pool.execute("update bursar.daemon set file_digest = null")
            try await engine.session.beat()
            #expect(try await digest(engine) == "one")
            try await engine.pool.execute("update bursar.daemon set ended_at = beat_at")
            try await engine.session.beat()
            #expect(try await digest(engine) == "one")
        }
    }

    @Test func `what goes alongside commits with the file or not at all`() async throws {
        try await withEngine { engine, _ in
            let registry = ScheduleRegistry(pool: engine.pool, time: engine.time)
            let schedules = [try schedule("a")]
            do {
                try await registry.apply(schedules, digest: "one", alongside: { _, _ in throw Refusal() })
                Issue.record("the refusal was passed over")
            } catch is Refusal {}
            #expect(try await names(engine).isEmpty)
            #expect(try await engine.pool.first(CurrentScheduleFile()) == nil)
        }
    }

    @Test func `the canonical text tells schedules apart and not their order`() throws {
        let (a, b) = (try schedule("a"), try schedule("b"))
        var other = b
        other.money = true
        #expect([a, b].canonicalText == [b, a].canonicalText)
        #expect([a, b].canonicalText != [a, other].canonicalText)
        #expect([a].canonicalText != [a, b].canonicalText)
    }

    private struct Refusal: Error {}

    private func digest(_ engine: TestEngine) async throws -> String? {
        try await engine.pool.value(
            "select file_digest from bursar.daemon where ended_at is null", as: String?.self)
    }

    private func names(_ engine: TestEngine) async throws -> [String] {
        try await engine.pool.run(AllSchedules()).map(\.stored.name)
    }

    /// As a daemon does that starts or reloads: its session first, then the schedules, then its ticks.
    @discardableResult
    private func apply(
        _ schedules: [Schedule], as digest: String, of engine: TestEngine, by: String = "bursard", force: Bool = false
    ) async throws -> ScheduleFileOutcome {
        try await engine.session.setFileDigest(digest)
        let outcome = try await ScheduleRegistry(pool: engine.pool, time: engine.time).apply(
            schedules, digest: digest, by: by, daemon: await engine.session.current, force: force)
        engine.ticks.fileDigest.set(digest)
        return outcome
    }

    private func schedule(_ name: String, _ expression: String = "0 2 * * *") throws -> Schedule {
        Schedule(name: name, kind: "test.work", expression: try CronExpression(expression), zone: .utc)
    }
}
