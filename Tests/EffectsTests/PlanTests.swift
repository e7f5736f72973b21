import Effects
import Postgres
import Testing

/// What the server does for each hot statement on full tables: by which index it reads, and how far.
@Suite struct PlanTests {
    private static let tables = ["intent", "effect_event", "effect_finding", "inbox_event", "outbox_message"]

    @Test func `each hot statement reads by its index, with its values known or not, analyzed or not`() async throws {
        try await withWorld { world in
            try await fill(world)
            for isAnalyzed in [false, true] {
                if isAnalyzed { try await world.pool.execute("analyze") }
                for statement in try HotStatement.all() {
                    for plan in [try await statement.known(world.pool), try await statement.generic(world.pool)] {
                        let missing = statement.reads.filter { !Self.reads(plan, $0) }
                        #expect(missing.isEmpty, "\(statement.name), analyzed: \(isAnalyzed)\n\(plan)")
                        let isScanned = Self.tables.contains { plan.contains("Seq Scan on \($0) ") }
                        #expect(!isScanned, "\(statement.name), analyzed: \(isAnalyzed)\n\(plan)")
                    }
                }
            }
        }
    }

    /// Whether a scan of the index is bounded by the condition.
    private static func reads(_ plan: String, _ read: String) -> Bool {
        let parts = read.split(separator: ": ", maxSplits: 1)
        let lines = plan.split(separator: "\n")
        return lines.indices.dropLast().contains { line in
            let next = lines[line + 1]
            return lines[line].contains(" \(parts[0])") && next.contains("Index Cond:") && next.contains(parts[1])
        }
    }

    /// Intents of which a tenth is due, and messages and events that mostly ended.
    private func fill(_ world: EffectsWorld) async throws {
        try await world.pool.execute(
            """
            insert into bursar.intent (business_key, revision, target, operation, request, request_digest, key, state,
                attempt, changes, planned_at, next_at, look_ups, sent_at, remote_id, accepted_at, settled_at)
            select 'k' || n, 1, \(EffectsWorld.target), 'pay', '', sha256(''),
                overlay(gen_random_uuid()::text placing '5' from 15)::uuid,
                case when n % 2 = 0 then 'planned' else 'done' end, n % 2, 0, now(),
                case when n % 2 = 0 then now() + (n - 2000) * interval '1 s' end, 0,
                case when n % 2 = 1 then now() end, case when n % 2 = 1 then 'obj_' || n end,
                case when n % 2 = 1 then now() end, case when n % 2 = 1 then now() end
            from generate_series(1, 20000) n
            """)
        try await world.pool.execute(
            """
            insert into bursar.effect_event (intent_id, at, who, cause, to_state, attempt, detail)
            select id, now(), 'test', 'plan', 'planned', 0, '' from bursar.intent
            """)
        try await world.pool.execute(
            """
            insert into bursar.effect_finding (target, code, reference, remote_id, status, detail, found_at, settled_at,
                settled_by)
            select \(EffectsWorld.target), 'stray', 'ref ' || n, '', 'pending', '', now(),
                case when n > 10 then now() end, case when n > 10 then 'test' end
            from generate_series(1, 20000) n
            """)
        try await world.pool.execute(
            """
            insert into bursar.inbox_event
                (source, event_id, headers, body, body_digest, received_at, processed_at, processed_by)
            select 'bank', 'e' || n, '{}', '', sha256(''), now() - n * interval '10 min',
                case when n > 100 then now() - (n - 100) * interval '10 min' end, case when n > 100 then 'test' end
            from generate_series(1, 20000) n
            """)
        try await world.pool.execute(
            """
            insert into bursar.outbox_message (kind, dedupe_key, message_id, content, content_digest, state, attempt,
                failures, created_at, next_at, settled_at)
            select 'mail', 'k' || n, overlay(gen_random_uuid()::text placing '5' from 15)::uuid, '', sha256(''),
                case when n % 2 = 0 then 'waiting' else 'sent' end, 1, 0, now(),
                case when n % 2 = 0 then now() + (n - 2000) * interval '1 s' end,
                case when n % 2 = 1 then now() - n * interval '10 min' end
            from generate_series(1, 20000) n
            """)
    }
}
