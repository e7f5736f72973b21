@testable import BursarDaemon
import Logging
import Primitives
import Testing

@Suite struct DrillTests {
    @Test(arguments: [
        ("stall:scheduler@1s", Drill.Kind.stall(loop: "scheduler"), 1),
        ("stall:dispatcher@0s", .stall(loop: "dispatcher"), 0),
        ("stall:beat@20s", .stall(loop: "beat"), 20), ("stall:reaper@5s", .stall(loop: "reaper"), 5),
        ("stall:look-out@5s", .stall(loop: "look-out"), 5), ("stall:listener@86400s", .stall(loop: "listener"), 86_400),
        ("stall:pool@3s", .exhaustPool, 3), ("crash@7s", .crash, 7),
    ])
    func `a drill is taken as it is written`(text: String, kind: Drill.Kind, seconds: Int) throws {
        let drill = try #require(try Drill(environment: ["BURSAR_DRILL": text]))
        #expect(drill.kind == kind && drill.after == .seconds(seconds))
    }

    @Test(arguments: [[:], ["BURSAR_DRILL": ""], ["BURSAR_DRILLS": "crash@1s"]])
    func `without the variable there is none`(environment: [String: String]) throws {
        #expect(try Drill(environment: environment) == nil)
    }

    @Test(arguments: [
        "crash", "crash@", "crash@s", "crash@1", "crash@1m", "crash@-1s", "crash@86401s", "crash@1.5s", "@1s",
        "stall@1s",
        "stall:@1s", "stall:Scheduler@1s", "stall:scheduler:now@1s", "stall:scheduler@1s@2s", "stall:thread pool@1s",
        "crash:now@1s", "stall:scheduler@99999999999999999999s", " crash@1s", "crash@1s ", "please",
    ])
    func `what is no drill is refused with 78, what was found and what was expected`(text: String) throws {
        let failure = #expect(throws: DaemonFailure.self) { try Drill(environment: ["BURSAR_DRILL": text]) }
        #expect(failure?.exit == .config)
        #expect(failure?.message.contains("BURSAR_DRILL: \"\(text)\" is no drill") == true)
        #expect(failure?.message.contains("stall:LOOP@SECONDSs with one of scheduler, dispatcher") == true)
    }

    @Test func `a refusal shows only the beginning of a long text`() {
        let text = String(repeating: "x", count: 10_000)
        let failure = #expect(throws: DaemonFailure.self) { try Drill(environment: ["BURSAR_DRILL": text]) }
        #expect((failure?.message.utf8.count ?? .max) < 400)
    }

    @Test func `a drill of a loop waits for that loop's next turn`() async throws {
        let ledger = ProgressLedger()
        _ = ledger.enter("scheduler", limit: .seconds(60))
        let drill = try #require(try Drill(environment: ["BURSAR_DRILL": "stall:scheduler@0s"]))
        await drill.run(in: ledger, logger: .silent)
    }

    @Test func `a stop before its time comes is the end of a drill`() async throws {
        let drill = try #require(try Drill(environment: ["BURSAR_DRILL": "crash@3600s"]))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await drill.run(in: ProgressLedger(), logger: .silent) }
            group.cancelAll()
        }
    }
}

extension Logger {
    /// Says nothing below a catastrophe.
    static let silent: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()
}
