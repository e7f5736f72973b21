import Effects
import Postgres
import ProviderSupport
import Testing

/// Code that is wrong, or a person with psql, meets the schema.
@Suite struct IntentSchemaTests {
    @Test(arguments: [
        "state = 'done'", "state = 'accepted', remote_id = 'x'", "state = 'parked', next_at = null",
        "state = 'unknown'", "state = 'refused', next_at = null, settled_at = now()", "remote_id = 'x'",
        "attempt = attempt + 1", "request = 'other'", "request = 'other', request_digest = sha256('other')",
        "business_key = 'payout:2'", "key = gen_random_uuid()", "next_at = null", "revision = 17",
        "state = 'submitting', attempt = attempt + 2, sent_at = now()", "planned_at = now() + interval '1 day'",
    ])
    func `an intent cannot be put into a state that must never be`(change: String) async throws {
        try await withWorld { world in
            try await world.plan("payout:1")
            await #expect(throws: PostgresError.self) {
                try await world.pool.execute(
                    "update bursar.intent set changes = changes + 1, \(unsafe: change) where true")
            }
        }
    }

    @Test func `an intent never goes back, and one change is counted as one`() async throws {
        try await withWorld { world in
            let intent = try await world.plan("payout:1")
            await #expect(throws: PostgresError.self) {
                try await world.pool.execute("update bursar.intent set look_ups = 1")
            }
            _ = try await world.settle(intent)
            for back in ["planned", "submitting", "unknown", "accepted", "refused", "parked"] {
                await #expect(throws: PostgresError.self) {
                    try await world.pool.execute(
                        """
                        update bursar.intent set state = \(back), changes = changes + 1, next_at = now(),
                            settled_at = null, remote_id = null, accepted_at = null, refusal_code = 'x',
                            refusal_message = 'x', park_reason = 'x'
                        """)
                }
            }
        }
    }

    @Test func `a second live intent of an obligation is impossible`() async throws {
        try await withWorld { world in
            try await world.plan("payout:1")
            let error = await #expect(throws: PostgresError.self) {
                try await world.pool.execute(
                    """
                    insert into bursar.intent (business_key, revision, target, operation, request, request_digest, key,
                        state, attempt, changes, planned_at, next_at, look_ups)
                    select business_key, 2, target, operation, request, request_digest,
                        'b4a2c1f0-0000-5000-8000-000000000000', 'planned', 0, 0, now(), now(), 0 from bursar.intent
                    """)
            }
            #expect(error?.constraint == "intent_live")
        }
    }
}
