// FuzzTests: no input makes a reader crash, hang, take long, or say what is not so.
//
// Each reader of FuzzParsers, and the anchors of the audit, gets a bounded number of inputs in a process of its own: a
// crash is told with the input that caused it. With `BURSAR_PROOF=1` each gets a minute. The seed is printed first;
// `BURSAR_FUZZ_SEED` repeats it. `scripts/fuzz` runs the same readers for longer, guided by coverage.
import Audit
import FoundationEssentials
import FuzzParsers
import TestSupport
import Testing

@Suite(.serialized) struct FuzzTests {
    private static let secondsOfProof = 60

    @Test(arguments: FuzzParser.all.map(\.name) + [FuzzParser.anchor.name])
    func `no input crashes a reader, holds it up, or breaks what must hold`(name: String) async throws {
        let seed =
            ProcessInfo.processInfo.environment["BURSAR_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...(.max))
        print("fuzz.\(name): BURSAR_FUZZ_SEED=\(seed)")
        let path = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(name)-\(seed)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let length = Proof.isLong ? 0 : try FuzzParser.named(name).inputsOfSuite
        let seconds = Proof.isLong ? Self.secondsOfProof : 0
        await #expect(processExitsWith: .success) {
            [
                name = name as String, seed = seed as UInt64, path = path as String, length = length as Int,
                seconds = seconds as Int
            ] in
            let parser = try FuzzParser.named(name)
            let run = FuzzRun(parser, seed: seed, length: seconds > 0 ? .seconds(seconds) : .inputs(length))
            try run.run(log: FuzzLog(path))
        }
        let log = try FuzzLog(path)
        defer { log.unmap() }
        let didReachEnd = log.isFinished && log.inputs >= length && log.complaint.isEmpty
        print("fuzz.\(name): \(log.inputs) inputs, \(log.slow) slow")
        #expect(didReachEnd, "\(name) \(log.complaint), input \(FuzzLog.text(of: log.input)), seed \(seed)")
        try Proof.record(
            "fuzz.\(name)", ["inputs": log.inputs, "crashes": log.isFinished ? 0 : 1, "slow": log.slow])
    }
}

/// The machinery notices what it is for.
@Suite struct FuzzRunTests {
    @Test func `a reader that goes beyond its input is killed, and the input is told`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(
            path: "fuzz-greedy-\(UInt64.random(in: 0...(.max)))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        await #expect(processExitsWith: .failure) { [path = path as String] in
            let greedy = FuzzParser("greedy", seeds: [Array("abc".utf8)]) { (input) throws(BrokenProperty) in
                let end = try input.baseAddress.orBroken + input.count
                return end.load(as: UInt8.self) == 0
            }
            try FuzzRun(greedy, seed: 1, length: .inputs(100)).run(log: FuzzLog(path))
        }
        let log = try FuzzLog(path)
        defer { log.unmap() }
        #expect(log.inputs == 1 && !log.isFinished)
    }

    @Test(arguments: [FuzzRun.Length.inputs(1_000), .seconds(1)])
    func `a run that nothing ended before its time is finished`(length: FuzzRun.Length) throws {
        let path = FileManager.default.temporaryDirectory.appending(
            path: "fuzz-honest-\(UInt64.random(in: 0...(.max)))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try FuzzLog(path)
        defer { log.unmap() }
        let honest = FuzzParser("honest", seeds: [Array("abc".utf8)]) { (input) throws(BrokenProperty) in
            !input.isEmpty
        }
        try FuzzRun(honest, seed: 1, length: length).run(log: log)
        #expect(log.isFinished && log.inputs > 0 && log.complaint.isEmpty)
    }

    @Test func `a property that breaks ends the run with the input and the complaint`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "fuzz-liar-\(UInt64.random(in: 0...(.max)))")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try FuzzLog(path)
        defer { log.unmap() }
        let liar = FuzzParser("liar", seeds: [Array("abc".utf8)]) { (input) throws(BrokenProperty) in
            try require(!input.contains(UInt8(ascii: "b")), "there is a b")
            return false
        }
        #expect(throws: BrokenProperty.self) { try FuzzRun(liar, seed: 1, length: .inputs(1_000)).run(log: log) }
        #expect(log.complaint == "there is a b" && !log.isFinished)
        #expect(FuzzLog.text(of: log.input).contains("b"))
    }
}

extension UnsafeRawPointer? {
    fileprivate var orBroken: UnsafeRawPointer {
        get throws(BrokenProperty) {
            guard let self else { throw BrokenProperty("an input has no place") }
            return self
        }
    }
}

extension FuzzParser {
    fileprivate static func named(_ name: String) throws -> FuzzParser {
        try #require((all + [anchor]).first { $0.name == name })
    }

    /// What a debug build reads in a few seconds.
    fileprivate var inputsOfSuite: Int {
        switch name {
        case "configuration": 4_000
        case "json", "zone", "batch": 20_000
        default: 100_000
        }
    }

    /// Lines of an audit's anchors: what is accepted is the same after it was written and read again.
    fileprivate static let anchor = FuzzParser(
        "anchor",
        seeds: [
            """
            bursar-audit-anchor-1 sequence=7 at=2026-01-01T00:00:00Z mac=\(String(repeating: "0a", count: 32)) \
            daemon=pay1.example/812 key=0011223344556677 signature=\(String(repeating: "f0", count: 32))
            """,
            "Jan 01 00:00:00 host bursard[1]: bursar-audit-anchor-1 sequence=0",
        ].map { Array($0.utf8) },
        pieces: [" ", "=", "sequence=", "at=", "mac=", "daemon=", "key=", "signature=", "-1", "é", "\u{0}", "\n"].map {
            Array($0.utf8)
        }
    ) { (input) throws(BrokenProperty) in
        let text = String(decoding: input, as: UTF8.self)
        var file = AnchorFile()
        file.add(text, from: "fuzz")
        try require(
            file.anchors.count + file.unreadable <= text.split(separator: "\n").count, "more anchors than lines")
        guard let anchor = try? AuditAnchor(line: text) else { return false }
        try require((try? AuditAnchor(line: anchor.line)) == anchor, "\(anchor.line) is read as another one")
        return true
    }
}
