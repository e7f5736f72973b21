import Effects
import Jobs
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

@Suite struct OutboxTests {
    private func withOutbox(
        doubt: OutboxKind.Doubt = .sendAgain, attempts: Int = 5,
        uptime: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        _ body: @Sendable (Outbox, EffectsWorld) async throws -> Void
    ) async throws {
        let kind = try OutboxKind(
            "mail", doubt: doubt, retry: RetryPolicy(attempts: attempts, base: .seconds(30), jitter: 0))
        try await withWorld(released: false) { world in
            try await body(
                Outbox(
                    pool: world.pool, kinds: [kind], time: world.time, logger: world.log.logger, uptime: uptime), world)
        }
    }

    @discardableResult
    private func queue(
        _ outbox: Outbox, _ world: EffectsWorld, _ key: String = "a", text: String = "hello"
    ) async throws -> Int64 {
        let message = try NewMessage(kind: "mail", dedupeKey: key, content: Array(text.utf8))
        return try await world.pool.transaction { try await outbox.queue(message, in: $0) }
    }

    @Test func `a message is sent once, after the transaction that queued it`() async throws {
        try await withOutbox { outbox, world in
            struct Undone: Error {}
            let post = Post { _ in .sent(receipt: "250 ok") }
            let undone = try NewMessage(kind: "mail", dedupeKey: "undone", content: [])
            await #expect(throws: Undone.self) {
                try await world.pool.transaction { transaction in
                    try await outbox.queue(undone, in: transaction)
                    throw Undone()
                }
            }
            try await queue(outbox, world)
            #expect(try await outbox.send("mail", via: post, limit: 9).sent == 1)
            #expect(try await outbox.send("mail", via: post, limit: 9) == outboxNothing)
            #expect(post.seen.value.map(\.dedupeKey) == ["a"])
        }
    }

    private var outboxNothing: OutboxPass { OutboxPass() }

    @Test func `the same key is one message; another content under it is a finding, and the first one is told`()
        async throws
    {
        try await withOutbox { outbox, world in
            let id = try await queue(outbox, world)
            #expect(try await queue(outbox, world) == id)
            #expect(try await queue(outbox, world, text: "bye") == id)
            #expect(try await world.pool.openEffectFindings(limit: 9).map(\.code) == [.otherContent])
            let post = Post { _ in .sent(receipt: nil) }
            _ = try await outbox.send("mail", via: post, limit: 9)
            #expect(post.seen.value.map(\.content) == [Array("hello".utf8)])
        }
    }

    @Test func `when nobody knows whether mail was sent, it is sent again under the same message id`() async throws {
        try await withOutbox { outbox, world in
            try await queue(outbox, world)
            let post = Post { message in
                if message.attempt == 1 { throw ConnectionDropped() }
                return message.attempt == 2 ? .failed("451 later", retryAfter: .seconds(900)) : .sent(receipt: nil)
            }
            #expect(try await outbox.send("mail", via: post, limit: 9).postponed == 1)
            #expect(try await outbox.send("mail", via: post, limit: 9) == outboxNothing)
            world.time.advance(by: .seconds(30))
            #expect(try await outbox.send("mail", via: post, limit: 9).postponed == 1)
            world.time.advance(by: .seconds(899))
            #expect(try await outbox.send("mail", via: post, limit: 9) == outboxNothing)
            world.time.advance(by: .seconds(1))
            #expect(try await outbox.send("mail", via: post, limit: 9).sent == 1)
            #expect(Set(post.seen.value.map(\.messageID)).count == 1 && post.seen.value.count == 3)
        }
    }

    @Test func `a kind that must not be sent twice is parked when nobody knows`() async throws {
        try await withOutbox(doubt: .park) { outbox, world in
            try await queue(outbox, world)
            let post = Post { _ in .unknown("cut after the last byte") }
            #expect(try await outbox.send("mail", via: post, limit: 9).parked == 1)
            world.time.advance(by: .seconds(86_400))
            #expect(try await outbox.send("mail", via: post, limit: 9) == outboxNothing)
            #expect(post.seen.value.count == 1 && world.log.codes == ["BRS-8201", "BRS-8401"])
        }
    }

    @Test func `attempts have an end, and a refusal is one`() async throws {
        try await withOutbox(attempts: 3) { outbox, world in
            try await queue(outbox, world)
            try await queue(outbox, world, "b")
            let post = Post { $0.dedupeKey == "b" ? .refused("550 no such user") : .failed("421 busy") }
            var passes: [OutboxPass] = []
            for _ in 0..<10 {
                passes.append(try await outbox.send("mail", via: post, limit: 9))
                world.time.advance(by: .seconds(3_600))
            }
            #expect(passes.map(\.refused).reduce(0, +) == 1 && passes.map(\.parked).reduce(0, +) == 1)
            #expect(post.seen.value.filter { $0.dedupeKey == "a" }.count == 3)
            #expect(world.log.codes.contains("BRS-8402") && world.log.codes.contains("BRS-8401"))
        }
    }

    @Test(arguments: [OutboxKind.Doubt.sendAgain, .park])
    func `a sender that died is replaced, and one that woke up late changes nothing`(
        doubt: OutboxKind.Doubt
    ) async throws {
        try await withOutbox(doubt: doubt) { outbox, world in
            try await queue(outbox, world)
            let frozen = EventProbe<Int>()
            let thaw = EventProbe<Int>()
            let sleeper = Post { _ in
                frozen.record(1)
                _ = try await thaw.next()
                return .sent(receipt: "late")
            }
            async let late = outbox.send("mail", via: sleeper, limit: 1)
            _ = try await frozen.next()
            let post = Post { _ in .sent(receipt: "in time") }
            #expect(try await outbox.send("mail", via: post, limit: 9) == outboxNothing)
            world.time.advance(by: .seconds(180))
            let pass = try await outbox.send("mail", via: post, limit: 9)
            #expect(pass.sent == (doubt == .park ? 0 : 1) && pass.parked == (doubt == .park ? 1 : 0))
            thaw.record(1)
            #expect(try await late.overtaken == 1)
        }
    }

    @Test func `a message whose sender dies each time is sent as often as it may be, and parked`() async throws {
        try await withOutbox(attempts: 3) { outbox, world in
            try await queue(outbox, world)
            let begun = EventProbe<Int>()
            let deadly = Post { message in
                begun.record(message.attempt)
                try await ContinuousClock().sleep(for: .seconds(3_600))
                return .sent(receipt: nil)
            }
            for _ in 0..<3 {
                // Dies in its call: nobody records anything.
                await #expect(throws: (any Error).self) {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { _ = try await outbox.send("mail", via: deadly, limit: 1) }
                        group.addTask {
                            _ = try await begun.next()
                            throw CancellationError()
                        }
                        try await group.next()
                    }
                }
                world.time.advance(by: .seconds(180))
            }
            let post = Post { _ in .sent(receipt: nil) }
            #expect(try await outbox.send("mail", via: post, limit: 9).parked == 1)
            #expect(post.seen.value.isEmpty && deadly.seen.value.count == 3)
            #expect(try await outbox.send("mail", via: post, limit: 9) == outboxNothing)
            let error = try await world.pool.value("select error from bursar.outbox_message", as: String.self)
            #expect(error.hasPrefix("3 attempts failed, the last one: nobody recorded"))
            #expect(world.log.codes.contains("BRS-8401"))
        }
    }

    @Test func `senders at once send each message once`() async throws {
        try await withOutbox { outbox, world in
            for number in 0..<40 { try await queue(outbox, world, "m\(number)") }
            let post = Post { _ in .sent(receipt: nil) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await outbox.send("mail", via: post, limit: 40) } }
                try await group.waitForAll()
            }
            #expect(Set(post.seen.value.map(\.id)).count == 40 && post.seen.value.count == 40)
        }
    }

    @Test func `messages outside their limits, and of kinds that nobody knows, are refused`() async throws {
        try await withOutbox { outbox, world in
            #expect(throws: EffectError.self) {
                try NewMessage(kind: "mail", dedupeKey: String(repeating: "k", count: 10_240), content: [])
            }
            #expect(throws: EffectError.self) { try NewMessage(kind: "", dedupeKey: "k", content: []) }
            let fax = try NewMessage(kind: "fax", dedupeKey: "k", content: [])
            await #expect(throws: EffectError.self) {
                try await world.pool.transaction { try await outbox.queue(fax, in: $0) }
            }
        }
    }
}

/// Sends nothing anywhere, and says what it was told to say.
private struct Post: OutboxSender {
    let seen = Shared<[OutboxMessage]>([])
    let answer: @Sendable (OutboxMessage) async throws -> OutboxAnswer

    func send(_ message: OutboxMessage) async throws -> OutboxAnswer {
        seen.change { $0.append(message) }
        return try await answer(message)
    }
}
