import FoundationEssentials
import Glibc
import Testing

/// `scripts/proof-table` says no when it should.
@Suite struct ProofTableTests {
    private static let met = """
        {"proof":"crash.kills","kills":600,"double":0,"lost":0}
        {"proof":"crash.kills","kills":400,"double":0,"lost":0}
        {"proof":"crash.boundaries","visited":9,"all":9,"double":0,"lost":0}
        {"proof":"crash.frozen","rounds":80,"double":0,"lost":0}
        {"proof":"crash.fleet","rounds":1,"double":0,"lost":0}
        """

    @Test func `a record that meets every goal passes, its lines added up`() throws {
        let table = try Self.table(Self.met)
        #expect(table.status == 0, "\(table.text)")
        #expect(table.text.contains("| crash.kills | kills 1,000, double 0, lost 0 | kills ≥ 1,000 | yes |"))
    }

    @Test(arguments: [
        (#""kills":600"#, #""kills":599"#, "**no**: too few kills"),
        (#""visited":9"#, #""visited":8"#, "**no**: too few visited"),
        (#","all":9"#, "", "**no**: it does not say how many there are"),
        (#""kills":400,"double":0"#, #""kills":400,"double":1"#, "**no**: double = 1"),
        (#""all":9,"double":0,"lost":0"#, #""all":9,"double":0,"lost":2"#, "**no**: lost = 2"),
        ("crash.fleet", "crash.armada", "| crash.fleet | – |  | **no**: missing |"),
        (#"{"proof":"crash.frozen""#, #"{"proof""#, "proof-table: "),
        (#""rounds":80"#, #""rounds":79"#, "**no**: too few rounds"),
        (#""rounds":1"#, #""rounds":"1""#, "proof-table: "),
    ])
    func `a record that lacks something fails, and says what`(part: String, other: String, complaint: String) throws {
        let record = Self.met.replacing(part, with: other, maxReplacements: 1)
        #expect(record != Self.met)
        let table = try Self.table(record)
        #expect(table.status != 0)
        #expect(table.text.contains(complaint), "\(table.text)")
    }

    @Test func `proofs of which there is no record are missing`() throws {
        let table = try Self.table("", of: "")
        #expect(table.status != 0)
        #expect(table.text.contains("| conformance | – | histories ≥ 2,000 | **no**: missing |"))
    }

    @Test func `each fault and each reader has a goal of its own, besides what they add up to`() throws {
        let faults = try Self.words(after: "Recovery(\"", in: "Tests/FaultTests")
        let readers = try Self.words(after: "FuzzParser(\n        \"", in: "Tests/FuzzParsers")
        #expect(faults.count > 5 && readers.count > 5)
        let table = try Self.table(#"{"proof":"fuzz.cron","inputs":100000000,"crashes":0}"#, of: "")
        for name in faults { #expect(table.text.contains("| \(name) | – | rounds ≥ 1, p99 ≤ "), "\(name)") }
        for name in readers where name != "cron" {
            #expect(table.text.contains("| fuzz.\(name) | – | inputs ≥ 10,000 | **no**: missing |"), "\(name)")
        }
        for name in readers { #expect(table.text.contains("| fuzz.\(name).guided | – | inputs ≥ 10,000"), "\(name)") }
        #expect(table.text.contains("| fuzz.* | inputs 100,000,000, crashes 0 | inputs ≥ 100,000,000 | yes |"))
    }

    /// The literals that begin so in the files of a folder.
    private static func words(after prefix: String, in folder: String) throws -> Set<String> {
        let folder = project.appending(path: folder)
        var words: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift") {
            let text = String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
            for rest in text.split(separator: prefix).dropFirst() { words.insert(String(rest.prefix { $0 != "\"" })) }
        }
        return words
    }

    private static let project = {
        var project = URL(filePath: #filePath).resolvingSymlinksInPath()
        for _ in ["ProofTableTests.swift", "SimulationTests", "Tests"] { project.deleteLastPathComponent() }
        return project
    }()

    /// What the script says of a record, and its exit status.
    private static func table(_ record: String, of proof: String = "crash") throws -> (text: String, status: Int32) {
        let script = project.appending(path: "scripts/proof-table")
        let file = FileManager.default.temporaryDirectory.appending(
            path: "proof-\(UInt64.random(in: 0...(.max))).jsonl")
        try Data(record.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let pipe = try #require(popen("'\(script.path)' '\(file.path)' \(proof) 2>&1", "r"))
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { text += buffer[..<count] }
        return (String(decoding: text, as: UTF8.self), pclose(pipe))
    }
}
