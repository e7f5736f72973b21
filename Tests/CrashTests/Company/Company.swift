import DatabaseTestSupport
import Dispatch
import Effects
import Glibc
import Postgres
import Primitives
import ProviderSupport
import TestSupport

/// Another company that workers call through a socket: honest in its ledger, and stopped in the middle of a call where
/// the run wants it. Its calls are boundaries like statements.
final class Company: Sendable {
    /// Where it listens.
    let path: String
    private let provider = TestProvider(time: SystemTime())
    private let proxy: WireProxy
    private let listener: Int32
    private let clients: AsyncStream<Int32>

    static let name = "bank"
    private static let age = Duration.seconds(86_400)
    /// What calls are known as among the statements.
    static let calls: Set<String> = ["submit", "lookup"]

    /// - Parameter proxy: of the worker that is to be stopped; it counts the calls too.
    init(beside proxy: WireProxy) throws {
        let path = try Scratch.path("company")
        let listener = try UnixSocket.listen(at: path)
        let (clients, arrived) = AsyncStream<Int32>.makeStream()
        self.path = path
        self.proxy = proxy
        self.listener = listener
        self.clients = clients
        DispatchQueue(label: "crash.company").async {
            // Ends: when nobody listens any more.
            while UnixSocket.waits(for: listener) {
                while let client = UnixSocket.accept(listener) { arrived.yield(client) }  // Ends: none waits.
            }
            arrived.finish()
            close(listener)
        }
    }

    /// Serves until `end`.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await client in clients { group.addTask { await self.serve(client) } }
        }
    }

    func end() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Makes the company known to the database, and has intents go to it.
    func release(in database: CrashDatabase) async throws {
        let target = try EffectTarget(Self.name)
        // It was made known long enough ago for its list to prove something.
        let time = ManualTime(SystemTime().now() - Self.age)
        try await PostgresPool.withPool(address: database.database.address, size: 1) { [provider] pool in
            let intents = Intents(pool: pool, targets: [target], time: time)
            try await intents.register()
            time.advance(by: Self.age)
            _ = try await intents.reconcile(Self.name, via: provider, by: "test")
        }
    }

    /// How often it did what, by business key.
    var effects: [String: Int] { provider.effects().mapValues(\.count) }

    /// Uses of keys that a caller must never make.
    var misuses: [String] { provider.misuses }

    private func serve(_ client: Int32) async {
        defer { close(client) }
        guard let line = await UnixSocket.line(from: client) else { return }
        let words = line.split(separator: " ").map(String.init)
        switch words.first {
        case "submit" where words.count == 4: await submit(words, client)
        case "lookup" where words.count == 2: await lookUp(words, client)
        default: break
        }
    }

    private func submit(_ words: [String], _ client: Int32) async {
        guard let key = IdempotencyKey(words[1]) else { return }
        let moment = proxy.visit("submit")
        switch moment == .before ? await proxy.stopOutside() : .pass {
        case .pass, .loseReply: break
        case .cut, .silence: return
        case .delay:
            shutdown(client, Int32(SHUT_RDWR))
            await proxy.untilDelivered()
        }
        let request = EffectRequest(operation: words[2], bytes: Array(words[3].utf8))
        guard case .accepted(let id) = try? await provider.submit(request, key: key) else { return }
        if moment == .after, await proxy.stopOutside() != .pass { return }
        UnixSocket.send("accepted \(id)\n", to: client)
    }

    private func lookUp(_ words: [String], _ client: Int32) async {
        guard let key = IdempotencyKey(words[1]) else { return }
        let moment = proxy.visit("lookup")
        if moment == .before, await proxy.stopOutside() != .pass { return }
        let reference = EffectReference(key: key, operation: "pay", remoteID: nil)
        guard let found = try? await provider.lookUp(reference) else {
            UnixSocket.send("absent\n", to: client)
            return
        }
        if moment == .after, await proxy.stopOutside() != .pass { return }
        UnixSocket.send("found \(found.remoteID) \(found.status.rawValue) \(found.madeAt.microseconds)\n", to: client)
    }
}
