import Effects
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct KeepingTests {
    @Test func `what ended 90 days ago goes, in portions; what waits for somebody stays, and so do intents`()
        async throws
    {
        try await withWorld { world in
            let now = world.time.now()
            _ = try await world.settle(try await world.plan("payout:1"))
            // Of each table: 2,500 that are too old, 10 that are not, and one as old that waits.
            try await world.pool.execute(
                """
                insert into bursar.inbox_event
                    (source, event_id, headers, body, body_digest, received_at, processed_at, processed_by)
                select 'bank', 'e' || n, '{}', '', sha256(''), \(now) - interval '200 d',
                    case when n > 0 then \(now) - case when n > 10 then 90 else 89 end * interval '1 d 1 s' end,
                    case when n > 0 then 'test' end
                from generate_series(0, 2510) n
                """)
            try await world.pool.execute(
                """
                insert into bursar.outbox_message (kind, dedupe_key, message_id, content, content_digest, state,
                    attempt, failures, created_at, settled_at, error)
                select 'mail', 'k' || n, overlay(gen_random_uuid()::text placing '5' from 15)::uuid, '', sha256(''),
                    case when n = 0 then 'parked' when n % 2 = 0 then 'sent' else 'refused' end, 1, 0, \(now),
                    \(now) - case when n = 0 or n > 10 then 90 else 89 end * interval '1 d 1 s', 'why'
                from generate_series(0, 2510) n
                """)
            world.time.set(to: now)
            let keeping = EffectsKeeping(pool: world.pool, time: world.time)
            let pass = try await keeping.pass()
            #expect(pass.events == 2_500 && pass.messages == 2_500)
            #expect(try await world.count("select count(*) from bursar.inbox_event") == 11)
            #expect(try await world.count("select count(*) from bursar.outbox_message") == 11)
            #expect(try await world.count("select count(*) from bursar.outbox_message where state = 'parked'") == 1)
            let again = try await keeping.pass()
            #expect(again.events == 0 && again.messages == 0)
            world.time.advance(by: .seconds(400 * 86_400))
            #expect(try await keeping.pass().events == 10)
            #expect(try await world.count("select count(*) from bursar.intent") == 1)
            #expect(try await world.count("select count(*) from bursar.effect_event") > 2)
        }
    }
}
