import AdminAPI
import Config
import DatabaseTestSupport
import Glibc
import Postgres
import Primitives
import Testing

@testable import OperatorCommands

@Suite struct DoctorTests {
    private static let checks = DoctorStage.allCases.flatMap(\.checks)

    private func verdict(_ name: String, _ facts: DoctorFacts) throws -> Verdict {
        try #require(Self.checks.first { $0.name == name }, "\(name)").judge(facts)
    }

    @Test func `all is well where nothing is wrong`() throws {
        let facts = try DoctorFacts.healthy()
        let text = DoctorReport(facts, upTo: .work).text(for: Recorder().stream())
        for check in Self.checks {
            #expect(check.judge(facts).word == "passed", "\(check.name): \(check.judge(facts))")
        }
        #expect(text.hasSuffix("\n\(Self.checks.count) passed, 0 warnings, 0 failed, 0 not seen\n"))
    }

    @Test func `there are enough checks, each with a name of its own`() {
        #expect(Self.checks.count >= 40)
        #expect(Set(Self.checks.map(\.name)).count == Self.checks.count)
    }

    /// What is broken, and which check must say so how.
    struct Harm: Sendable, CustomTestStringConvertible {
        let check: String
        let word: String
        let piece: String
        let apply: @Sendable (inout DoctorFacts) -> Void

        init(_ check: String, _ word: String, _ piece: String, _ apply: @escaping @Sendable (inout DoctorFacts) -> Void)
        {
            (self.check, self.word, self.piece, self.apply) = (check, word, piece, apply)
        }

        var testDescription: String { "\(check) \(word): \(piece)" }
    }

    @Test(arguments: unitHarms + fileHarms + daemonHarms + databaseHarms + workHarms)
    func `each harm is found by its check, with cause and fix`(_ harm: Harm) throws {
        var facts = try DoctorFacts.healthy()
        harm.apply(&facts)
        let found = try verdict(harm.check, facts)
        #expect(found.word == harm.word, "\(found)")
        let remedy = found.remedy
        #expect((remedy == nil) == (harm.word == "unseen"))
        let words = [found.detail, remedy?.cause ?? "", remedy?.fix ?? ""]
        #expect(words.contains { $0.contains(harm.piece) }, "\(found)")
        if let remedy { #expect(!remedy.cause.isEmpty && !remedy.fix.isEmpty) }
        let status = DoctorReport(facts, upTo: .work).exitStatus
        if harm.word == "failed" { #expect(status == .bad) }
    }

    @Test func `every check that can find harm is harmed`() {
        let harms = Self.unitHarms + Self.fileHarms + Self.daemonHarms + Self.databaseHarms + Self.workHarms
        let unharmed = Set(Self.checks.map(\.name)).subtracting(harms.map(\.check))
        // Zone files cannot be taken from this process.
        #expect(unharmed == ["zone-files"])
    }

    @Test func `a stage asks for no more than those before it`() throws {
        let facts = try DoctorFacts.healthy()
        for stage in DoctorStage.allCases {
            let text = DoctorReport(facts, upTo: stage).text(for: Recorder().stream())
            for other in DoctorStage.allCases {
                #expect(text.contains("\(other.rawValue)  \(other.title)") == (other.rawValue <= stage.rawValue))
            }
        }
    }

    @Test func `with no daemon, no database and no unit it says what it could not see`() async throws {
        let path = try Scratch.path("doctor") + ".yaml"
        let state = try Scratch.path("doctor-state")
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        let bytes = Array("state_directory: \(state)\nadmin: {socket: \(state)/admin.sock}\n".utf8)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        let result = await Tool().run("doctor", "--config", path)
        #expect(result.status == .bad && result.error.isEmpty)
        #expect(result.output.contains("unseen  daemon-ready"))
        #expect(result.output.contains("FAILED  socket-file"))
        #expect(result.output.contains("fix:   systemctl start bursard"))
        let json = await Tool().run("doctor", "--stage", "2", "--json", "--config", path)
        #expect(json.output.contains("\"stage\" : 2") && !json.output.contains("\"stage\" : 3"))
    }

    @Test(arguments: ["0", "6", "all"])
    func `a stage that is none is refused`(_ stage: String) async {
        #expect(await Tool().run("doctor", "--stage", stage).status == .usage)
    }

    @Test(arguments: [
        ("1min 30s", 90), ("30s", 30), ("1h", 3_600), ("1d 2h", 93_600), ("500ms", 0.5), ("1w", 604_800),
    ])
    func `systemd's durations are read`(_ text: String, _ seconds: Double) {
        #expect(SystemdDuration.read(text) == .seconds(seconds))
    }

    @Test func `systemd's answer is read unit by unit`() {
        #expect(SystemdDuration.read("") == nil && SystemdDuration.read("soon") == nil)
        let blocks = UnitSurvey.blocks(of: "A=1\nB=x=y\nL=a\nL=b\n\nA=2\n")
        #expect(blocks == [["A": "1", "B": "x=y", "L": "a\nb"], ["A": "2"]])
    }

    @Test func `a program is asked for what it prints, and not waited for without end`() {
        let limit = Duration.seconds(60)
        #expect(ProgramOutput.text(of: "echo", ["a b", "c"], within: limit) == "a b c\n")
        #expect(ProgramOutput.text(of: "false", [], within: limit) == nil)
        #expect(ProgramOutput.text(of: "no-such-program-here", [], within: limit) == nil)
        #expect(ProgramOutput.text(of: "yes", [], within: limit) == nil)
        #expect(ProgramOutput.text(of: "sleep", ["600"], within: .milliseconds(20)) == nil)
    }
}
