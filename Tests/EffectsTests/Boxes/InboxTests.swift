import Effects
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

@Suite struct InboxTests {
    private func withInbox(_ body: @Sendable (Inbox, EffectsWorld) async throws -> Void) async throws {
        try await withWorld(released: false) { world in
            try await world.pool.execute("create table processed (event bigint)")
            try await body(Inbox(pool: world.pool, time: world.time, logger: world.log.logger), world)
        }
    }

    private func delivery(_ event: String = "evt_1", body: String = "{\"paid\":true}") throws -> InboxDelivery {
        try InboxDelivery(
            source: "bank", event: event, headers: ["content-type": "application/json", "x": "ä\"\\"],
            body: Array(body.utf8))
    }

    private func process(_ id: Int64, _ inbox: Inbox, _ world: EffectsWorld) async throws -> Bool {
        try await world.pool.transaction { transaction in
            try await inbox.process(id, by: "job 1", in: transaction) { event, transaction in
                try await transaction.execute("insert into processed values (\(event.id))")
            }
        }
    }

    @Test func `an event is kept as it came, enqueued once, and processed once`() async throws {
        try await withInbox { inbox, world in
            let delivery = try delivery(body: "{\"paid\" : true}\u{0}\n")
            let receipt = try await inbox.receive(delivery) { event, transaction in
                try await transaction.execute("insert into processed values (\(-event.id))")
            }
            for _ in 0..<3 {
                let again = try await inbox.receive(delivery) { _, _ in Issue.record("enqueued twice") }
                #expect(again == .repeated(receipt.event))
            }
            #expect(
                try await inbox.unprocessed(receivedBefore: world.time.now() + .seconds(1), limit: 9) == [receipt.event]
            )
            #expect(try await process(receipt.event, inbox, world))
            #expect(try await !process(receipt.event, inbox, world))
            #expect(try await world.count("select count(*) from processed where event > 0") == 1)
            #expect(try await inbox.unprocessed(receivedBefore: world.time.now() + .seconds(1), limit: 9).isEmpty)
            try await world.pool.execute("update bursar.inbox_event set processed_at = null, processed_by = null")
            try await world.pool.transaction { transaction in
                try await inbox.process(receipt.event, by: "x", in: transaction) { event, _ in
                    #expect(event.delivery == delivery)
                }
            }
        }
    }

    @Test func `deliveries of one event at once make one row, and its jobs at once process it once`() async throws {
        try await withInbox { inbox, world in
            let delivery = try delivery()
            let receipts = try await withThrowingTaskGroup(of: InboxReceipt.self) { group in
                for _ in 0..<6 { group.addTask { try await inbox.receive(delivery) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(receipts.map(\.event)).count == 1)
            #expect(receipts.filter { if case .new = $0 { true } else { false } }.count == 1)
            let id = receipts[0].event
            let processed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 { group.addTask { try await process(id, inbox, world) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(processed.filter { $0 }.count == 1)
        }
    }

    @Test func `the same name with another body is kept as a finding and not processed`() async throws {
        try await withInbox { inbox, world in
            let first = try await inbox.receive(try delivery())
            for _ in 0..<2 {
                let other = try await inbox.receive(try delivery(body: "{\"paid\":false}"))
                #expect(other == .altered(first.event))
            }
            #expect(try await inbox.receive(try delivery()) == .repeated(first.event))
            #expect(try await world.pool.openEffectFindings(limit: 9).map(\.code) == [.otherBody])
            #expect(world.log.codes.filter { $0 == "BRS-8301" }.count == 1)
        }
    }

    @Test func `processing that fails leaves the event to be processed`() async throws {
        struct Failed: Error {}
        try await withInbox { inbox, world in
            let id = try await inbox.receive(try delivery()).event
            await #expect(throws: Failed.self) {
                try await world.pool.transaction { transaction in
                    try await inbox.process(id, by: "job 1", in: transaction) { _, transaction in
                        try await transaction.execute("insert into processed values (1)")
                        throw Failed()
                    }
                }
            }
            #expect(try await world.count("select count(*) from processed") == 0)
            #expect(try await process(id, inbox, world))
            await #expect(throws: EffectError.self) { try await process(99, inbox, world) }
        }
    }

    @Test func `deliveries outside their limits are refused`() throws {
        let long = String(repeating: "x", count: 256)
        #expect(throws: EffectError.self) { try InboxDelivery(source: "", event: "e", body: []) }
        for event in ["", long, "a\u{0}b", "a\nb"] {
            #expect(throws: EffectError.self) { try InboxDelivery(source: "bank", event: event, body: []) }
        }
        #expect(throws: EffectError.self) {
            try InboxDelivery(source: "bank", event: "e", headers: ["a": "\u{0}"], body: [])
        }
        let many = Dictionary(uniqueKeysWithValues: (0..<33).map { ("h\($0)", "v") })
        #expect(throws: EffectError.self) { try InboxDelivery(source: "bank", event: "e", headers: many, body: []) }
        #expect(throws: EffectError.self) {
            try InboxDelivery(source: "bank", event: "e", body: [UInt8](repeating: 0, count: (1 << 20) + 1))
        }
    }
}
