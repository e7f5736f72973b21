import Postgres
import Testing

@Suite struct ScheduleStaysTests {
    @Test func `a schedule is never deleted, since its ticks and runs point at it`() async throws {
        try await withEngine { engine, _ in
            try await engine.pool.execute(
                """
                insert into bursar.schedule
                    (name, kind, payload, expression, zone, money, catch_up, catch_up_limit, overlap,
                     pause_on_failure, cursor, enabled, created_at, updated_at)
                values ('s', 'test.work', '{}', '* * * * *', 'UTC', false, 'latest', 100, 'queue', false, now(), true,
                        now(), now())
                """)
            await #expect(throws: PostgresError.self) { try await engine.pool.execute("delete from bursar.schedule") }
            #expect(try await engine.count("select count(*) from bursar.schedule") == 1)
        }
    }
}
