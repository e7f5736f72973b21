import Events
import Glibc
import Logging
import Primitives

/// A rehearsal that the environment variable BURSAR_DRILL asks for, so that operators can see their alarms work:
/// `stall:NAME@SECONDSs` blocks a loop, `stall:pool@…` every thread of the pool, `crash@…` ends the process as a bug
/// would. Time counts from readiness.
struct Drill: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case stall(loop: String)
        case exhaustPool
        case crash
    }

    let kind: Kind
    let after: Duration

    private static let loops = ["scheduler", "dispatcher", "beat", "reaper", "look-out", "listener"]
    private static let expected =
        "expected stall:LOOP@SECONDSs with one of \(loops.joined(separator: ", ")), pool; or crash@SECONDSs"
    private static let longest = 86_400

    /// Nil when the variable is not set.
    init?(environment: [String: String]) throws(DaemonFailure) {
        guard let text = environment["BURSAR_DRILL"], !text.isEmpty else { return nil }
        let parts = text.split(separator: "@", maxSplits: 1)
        guard parts.count == 2, parts[1].hasSuffix("s"), let seconds = Int(parts[1].dropLast()),
            (0...Self.longest).contains(seconds)
        else { throw Self.refusal(text) }
        after = .seconds(seconds)
        switch parts[0].split(separator: ":", maxSplits: 1).map(String.init) {
        case ["crash"]: kind = .crash
        case ["stall", "pool"]: kind = .exhaustPool
        case let words where words.count == 2 && words[0] == "stall" && Self.loops.contains(words[1]):
            kind = .stall(loop: words[1])
        default: throw Self.refusal(text)
        }
    }

    private static func refusal(_ text: String) -> DaemonFailure {
        DaemonFailure(
            .config, "environment variable BURSAR_DRILL: \"\(text.prefix(60))\" is no drill (\(expected)); unset it")
    }

    /// Waits for its time, then does the harm. Returns only when cancelled or when the harm is done.
    func run(in ledger: ProgressLedger, logger: Logger) async {
        logger.event(.drillAnnounced, "a drill was asked for: \(kind) in \(after)")
        do { try await ContinuousClock().sleep(for: after) } catch { return }
        switch kind {
        case .stall(let loop): ledger.drill(loop) { Self.block() }
        case .exhaustPool: await Self.exhaustPool()
        case .crash: preconditionFailure("the drill crashes this process")
        }
    }

    /// More tasks than the pool has threads, each of which never gives its thread back.
    private static func exhaustPool() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<max(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)) * 4) { group.addTask { block() } }
        }
    }

    private static func block() {
        while true { PlainThread.sleep(.seconds(3_600)) }
    }
}
