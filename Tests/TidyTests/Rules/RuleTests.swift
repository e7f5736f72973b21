import Testing

/// The finer points of the rules: what each of them finds beyond its counterexample, and what it leaves alone.
@Suite struct RuleTests {
    /// The lines on which the rule is broken by one file.
    private func lines(_ rule: Rule, _ path: String, _ text: String) -> [Int] {
        rule.violations(Repository([path: text])).map(\.line)
    }

    // MARK: Calls

    @Test(arguments: Rule.bannedCalls)
    func `each banned call is found in code alone, and the replacement is named`(call: BannedCall) throws {
        let code = "let a = 1\n\(call.spelling) x\n// \(call.spelling)\nlet b = \"\(call.spelling)\"\n"
        let found = Rule.noBannedCalls.violations(Repository(["Sources/Cron/Zone.swift": code]))
        #expect(found.map(\.line) == [2])
        #expect(try #require(found.first).message.contains(call.instead))
        #expect(lines(.noBannedCalls, "Tests/CronTests/ZoneTests.swift", code).isEmpty)
    }

    @Test func `a banned call is found inside an interpolation and behind its module`() {
        #expect(lines(.noBannedCalls, "Sources/Cron/Zone.swift", "log(\"\\(Foundation.Date())\")") == [1])
    }

    @Test func `members of the same name are left alone`() {
        let code = "writer.print(1)\nfunc print(_ x: Int) {}\nlet a = Date(seconds: 1)\nlet b = zone.current"
        #expect(lines(.noBannedCalls, "Sources/Cron/Zone.swift", code).isEmpty)
    }

    @Test func `only one place prints and only one reads the clock`() {
        #expect(lines(.noBannedCalls, "Sources/OperatorCommands/Output/Terminal.swift", "print(1)").isEmpty)
        #expect(lines(.noBannedCalls, "Sources/OperatorCommands/Jobs/JobsList.swift", "print(1)") == [1])
        #expect(lines(.noBannedCalls, "Sources/Primitives/TimeSource.swift", "Date()").isEmpty)
        #expect(lines(.noBannedCalls, "Sources/Primitives/TimeSource.swift", "print(1)") == [1])
    }

    @Test(arguments: [
        "logger.warning(\"a\")", "context.logger.error(\n\"a\")", "self.logger?.critical(\"a\")",
        "attemptLogger.error(\"a\")", "log.warning(\"a\")", "logger.log(level: .error, \"a\")",
    ])
    func `a plain warning is found whatever the logger is called`(code: String) {
        #expect(lines(.warningsAreEvents, "Sources/Jobs/Dispatcher.swift", code) == [1])
        #expect(lines(.warningsAreEvents, "Sources/Events/Logger+Event.swift", code).isEmpty)
        #expect(lines(.warningsAreEvents, "Tests/JobsTests/DispatcherTests.swift", code).isEmpty)
    }

    @Test(arguments: [
        "logger.notice(\"a\")", "logger.event(.claimFailed, \"a\")", "problems.error(\"a\")", "Self.error(1)",
        "logger.log(level: level, \"a\")", "let a = logger.error", "catalog.warning(\"a\")",
    ])
    func `events, lower levels and errors that nobody logs are left alone`(code: String) {
        #expect(lines(.warningsAreEvents, "Sources/Jobs/Dispatcher.swift", code).isEmpty)
    }

    // MARK: Concurrency

    @Test(arguments: ["nonisolated(unsafe) var a = 1", "final class A: @unchecked Sendable {}"])
    func `an escape needs its place and its reason`(escape: String) {
        let inPostgres = "Sources/Postgres/Session.swift"
        #expect(lines(.escapesAreExplained, inPostgres, escape) == [1])
        #expect(lines(.escapesAreExplained, inPostgres, "/// A session.\n\(escape)") == [2])
        #expect(lines(.escapesAreExplained, inPostgres, "// Never written again.\n\n\(escape)") == [3])
        #expect(lines(.escapesAreExplained, inPostgres, "// Never written again.\n\(escape)").isEmpty)
        #expect(lines(.escapesAreExplained, inPostgres, "/// Safe: its queue owns it.\n\(escape)").isEmpty)
        #expect(lines(.escapesAreExplained, inPostgres, "\(escape)  // Its queue owns it.").isEmpty)
        #expect(lines(.escapesAreExplained, "Sources/Cron/Zone.swift", "// Never written.\n\(escape)") == [2])
        #expect(lines(.escapesAreExplained, "Tests/CronTests/Probe.swift", escape) == [1])
        #expect(lines(.escapesAreExplained, "Tests/CronTests/Probe.swift", "// One test.\n\(escape)").isEmpty)
    }

    @Test(arguments: ["Task {", "Task(priority: .low) {", "let t = Task<Void, Never> {", "Task.immediate {"])
    func `an unstructured task needs a comment above`(start: String) {
        #expect(lines(.tasksAreExplained, "Sources/Jobs/A.swift", "func a() {\n\(start) b() } }") == [2])
        #expect(lines(.tasksAreExplained, "Sources/Jobs/A.swift", "// Ends with c.\n\(start) b() }").isEmpty)
        #expect(lines(.tasksAreExplained, "Tests/JobsTests/A.swift", "\(start) b() }").isEmpty)
    }

    @Test(arguments: [
        "var task: Task<Void, Never>?", "try await Task.sleep(for: d)", "Task.isCancelled", "group.Task {}",
        "var t: Task<Void, Never> { a }", "func a() -> Task<Void, Never> { b }",
    ])
    func `the type of a task starts none`(code: String) {
        #expect(lines(.tasksAreExplained, "Sources/Jobs/A.swift", code).isEmpty)
    }

    // MARK: Tests

    @Test func `an unmarked function in a suite, at file level or called like a test never runs`() {
        let path = "Tests/CronTests/ZoneTests.swift"
        #expect(lines(.testsAreMarked, path, "@Suite struct A {\n func gaps() {}\n}") == [2])
        #expect(lines(.testsAreMarked, path, "struct A {\n @Test func a() {}\n func b(c: Int) {}\n}") == [3])
        #expect(lines(.testsAreMarked, path, "extension ZoneTests {\n func gaps() {}\n}") == [2])
        #expect(lines(.testsAreMarked, path, "func gaps() {}") == [1])
        #expect(lines(.testsAreMarked, path, "private func `a gap`() {}") == [1])
        #expect(lines(.testsAreMarked, "Tests/CronTests/Zones.swift", "struct A {\n func `a gap`() {}\n}") == [2])
    }

    @Test func `functions that serve tests are private, or belong to other types`() {
        let code = """
            @Suite struct ZoneTests {
                @Test func `a gap`() {}
                @Test(arguments: [1])
                func overlaps(x: Int) { func step() {} }
                private func table() {}
            }
            struct StoppedClock: Clock { func sleep() {} }
            private func parse() {}
            """
        #expect(lines(.testsAreMarked, "Tests/CronTests/ZoneTests.swift", code).isEmpty)
        #expect(lines(.testsAreMarked, "Tests/TestSupport/Probe.swift", "package func expectEvents() {}").isEmpty)
    }

    @Test(arguments: [
        "@Test(.disabled(\"slow\")) func a() {}", "@Test(.enabled(if: hasDatabase)) func a() {}",
        "withKnownIssue { a() }", "try Test.cancel(\"no database\")", "import XCTest", "throw XCTSkip()",
    ])
    func `every way to skip a test is found`(code: String) {
        #expect(lines(.noSkippedTests, "Tests/CronTests/ZoneTests.swift", code) == [1])
    }

    // MARK: Imports

    @Test func `an unknown target is added to the table first`() {
        let found = Rule.importsAreAllowed.violations(Repository(["Sources/Zones/Zones.swift": "import Cron"]))
        #expect(
            found.map(\.message) == [
                "`Zones` has no row: add it to the table, `rows` in Tests/TidyTests/Rules/ImportTable.swift"
            ])
        #expect(lines(.importsAreAllowed, "Tests/ZonesTests/ZonesTests.swift", "import Testing") == [1])
    }

    @Test(arguments: [
        ("Sources/Cron/Zone.swift", "import Jobs"), ("Sources/Jobs/Job.swift", "package import Postgres"),
        ("Sources/Jobs/Job.swift", "import struct Foundation.Date"), ("Sources/Scheduling/A.swift", "import Glibc"),
        ("Sources/Config/Config.swift", "@testable import TestSupport"), ("Sources/bursard/Main.swift", "import Cron"),
        ("Sources/JobsPostgres/A.swift", "import CLibPQ"), ("Sources/Postgres/A.swift", "import ServiceLifecycle"),
        ("Migrations/Migrations.swift", "import Jobs"), ("Tests/CronTests/ZoneTests.swift", "import Postgres"),
    ])
    func `an import that its row does not name is refused`(path: String, code: String) {
        #expect(lines(.importsAreAllowed, path, "import FoundationEssentials\n\(code)\n") == [2])
    }

    @Test(arguments: [
        ("Sources/Postgres/A.swift", "internal import CLibPQ"),
        ("Sources/Scheduling/A.swift", "package import struct Cron.Zone"),
        ("Tests/CronTests/A.swift", "import Cron"), ("Tests/CronTests/A.swift", "import DatabaseTestSupport"),
        ("Sources/Cron/A.swift", "// import Postgres\nlet a = \"import Postgres\""),
        ("Package.swift", "import PackageDescription"),
    ])
    func `an import that its row names is not`(path: String, code: String) {
        #expect(lines(.importsAreAllowed, path, code).isEmpty)
    }

    @Test func `the table keeps the laws`() {
        for (target, row) in ImportTable.rows { #expect(ImportTable.faults(of: target, importing: row) == []) }
    }

    @Test(arguments: [
        ("Referrals", "Credits"), ("Cron", "Glibc"), ("Scheduling", "Postgres"), ("BursarDaemon", "Hummingbird"),
        ("Jobs", "TestSupport"), ("Systemd", "CLibPQ"), ("Ledger", "ServiceLifecycle"),
    ])
    func `each law bites`(target: String, module: String) {
        #expect(ImportTable.faults(of: target, importing: [module]).count == 1)
    }

    // MARK: Manifest and folders

    private static let flags = Rule.loop + Rule.flags.joined(separator: ",\n") + "\n] }\n"

    @Test func `the whole loop is enough`() {
        #expect(lines(.manifestSetsEveryFlag, "Package.swift", Self.flags).isEmpty)
    }

    @Test(arguments: Rule.flags)
    func `each flag is missed`(flag: String) {
        let manifest = Self.flags.replacing(flag, with: "")
        #expect(lines(.manifestSetsEveryFlag, "Package.swift", manifest) == [1])
    }

    @Test(arguments: [
        "let a = Target.target(name: \"A\", swiftSettings: [])\n",
        "let s = .enableExperimentalFeature(\"Lifetimes\")\n",
        "let s = .enableUpcomingFeature(\"NonIsolatedNonSendingByDefault\")\n", "let s = .unsafeFlags([])\n",
    ])
    func `flags outside the loop and unknown features are found`(line: String) {
        #expect(lines(.manifestSetsEveryFlag, "Package.swift", line + Self.flags) == [1])
        #expect(lines(.manifestSetsEveryFlag, "Package.swift", "let package = Package()").count == 1)
    }

    @Test func `a declared folder of Sources or Tests is a target`() {
        let files = [
            "Package.swift":
                ".target(name: \"Cron\"), .systemLibrary(name: \"CLibPQ\"), .testTarget(name: \"CronTests\")",
            "Sources/Cron/Cron.swift": "", "Sources/CLibPQ/shim.h": "", "Tests/CronTests/ZoneTests.swift": "",
        ]
        #expect(Rule.foldersAreTargets.violations(Repository(files)).isEmpty)
    }

    @Test func `the face of a target has its name and a header`() {
        let header = "// Cron: when.\n//\n// Pure.\n"
        #expect(lines(.targetsHaveAFace, "Sources/Cron/Cron.swift", header).isEmpty)
        #expect(lines(.targetsHaveAFace, "Benchmarks/BursarBench.swift", header).isEmpty)
        #expect(lines(.targetsHaveAFace, "Sources/Cron/Cron.swift", "// Cron: when.\n") == [1])
        #expect(lines(.targetsHaveAFace, "Sources/Cron/Cron.swift", String(repeating: "//\n", count: 16)) == [1])
        #expect(lines(.targetsHaveAFace, "Sources/Cron/Cron.swift", "struct Cron {}\n\(header)") == [1])
    }

    @Test func `a job is in the catalog, wherever its file stands`() {
        let job = ["Sources/Credits/Refresh.swift": "package actor Refresh: Job {}"]
        let catalog = ["Sources/BursarDaemon/JobCatalog.swift": "let jobs = [Refresh()]"]
        #expect(!Rule.jobsAreInTheCatalog.violations(Repository(job)).isEmpty)
        #expect(Rule.jobsAreInTheCatalog.violations(Repository(job.merging(catalog) { $1 })).isEmpty)
        #expect(lines(.jobsAreInTheCatalog, "Sources/JobsPostgres/A.swift", "protocol PostgresJob: Job {}").isEmpty)
        #expect(lines(.jobsAreInTheCatalog, "Tests/JobsTests/A.swift", "actor Probe: Job {}").isEmpty)
    }

    // MARK: SQL

    @Test func `a star for all columns is found on its line`() {
        let sql = "let a = \"\"\"\n    select\n      * from b -- select * \n    \"\"\"\n"
        #expect(lines(.columnsAreNamed, "Sources/Ledger/A.swift", sql) == [3])
        #expect(lines(.columnsAreNamed, "Migrations/0001_jobs.sql", "create view a as\nSELECT *FROM b;\n") == [2])
        #expect(lines(.columnsAreNamed, "Sources/Ledger/A.swift", "let a = \"select count(*), 2 * b from c\"").isEmpty)
        #expect(lines(.columnsAreNamed, "Tests/LedgerTests/A.swift", "let a = \"select * from b\"").isEmpty)
    }

    // MARK: Sizes and text

    @Test func `a function of the longest length passes, its attributes do not count`() {
        let body = String(repeating: "    step()\n", count: 68)
        #expect(lines(.functionsAreShort, "Sources/Cron/A.swift", "@Test\nfunc a() {\n\(body)}\n").isEmpty)
        #expect(lines(.functionsAreShort, "Sources/Cron/A.swift", "struct A { init() {\n\(body)\n\n} }\n") == [1])
        #expect(lines(.functionsAreShort, "Sources/Cron/A.swift", "struct A { var b: Int {\n\(body)\n} }\n") == [1])
    }

    @Test func `files and lines of the longest length pass`() {
        #expect(lines(.filesAreShort, "Sources/Cron/A.swift", String(repeating: "\n", count: 500)).isEmpty)
        #expect(lines(.linesAreShort, "Sources/Cron/A.swift", String(repeating: "é", count: 120)).isEmpty)
    }

    @Test func `spaces and ends of files are plain`() {
        #expect(lines(.whitespaceIsPlain, "Sources/Cron/A.swift", "let a = 1 \n") == [1])
        #expect(lines(.whitespaceIsPlain, "Sources/Cron/A.swift", "let a = 1") == [1])
        #expect(lines(.whitespaceIsPlain, "Sources/Cron/A.swift", "let a = 1\n\n") == [3])
        #expect(lines(.whitespaceIsPlain, "Sources/Cron/A.swift", "let a = 1\n").isEmpty)
    }

    @Test(arguments: Rule.leftovers)
    func `what is left for later is found in any file`(word: String) {
        #expect(lines(.noLeftovers, "Sources/Cron/A.swift", "/*\n \(word)(me): later\n*/") == [2])
        #expect(lines(.noLeftovers, "Migrations/0001_jobs.sql", "-- \(word)\n") == [1])
        #expect(lines(.noLeftovers, "Sources/Cron/A.swift", "let a = \"\(word)\"  // \(word)ED").isEmpty)
    }

    @Test(arguments: [
        "/wo" + "rk/main", "an age" + "nt wrote", "Cla" + "ude", "suba" + "gents", "an LL" + "M", "/ho" + "me/me",
        "https://regi" + "stry.example.com/x", "http://packages.inter" + "nal:8080",
    ])
    func `words about a workplace are found in any file`(text: String) {
        #expect(lines(.speaksOfItselfAlone, "Makefile", "# ok\n# \(text)\n") == [2])
        #expect(lines(.speaksOfItselfAlone, "Sources/Cron/A.swift", "let a = \"\(text)\"") == [1])
    }

    @Test(arguments: ["User-Agent: bursar", "urgent reagents", "https://github.com/apple/swift-log", "a network/a"])
    func `other words are not about a workplace`(text: String) {
        #expect(lines(.speaksOfItselfAlone, "README.md", text).isEmpty)
    }

    // MARK: Names and documentation

    @Test func `empty words are found in types and files, not in what is used`() {
        #expect(lines(.namesSaySomething, "Sources/Cron/CommonZones.swift", "enum Zones {}") == [1])
        #expect(lines(.namesSaySomething, "Sources/Cron/Zone+Utils.swift", "extension Zone {}") == [1])
        #expect(lines(.namesSaySomething, "Sources/Cron/A.swift", "let a = 1\nstruct TestHelper {}") == [2])
        #expect(
            lines(.namesSaySomething, "Sources/Cron/A.swift", "let a = FileManager()\nstruct Commonwealth {}").isEmpty)
    }

    @Test func `what other targets see is documented where it is declared or required`() {
        let path = "Sources/Cron/A.swift"
        #expect(lines(.declarationsAreDocumented, path, "/// A.\n@frozen\npackage struct A {}").isEmpty)
        #expect(lines(.declarationsAreDocumented, path, "// A.\npackage struct A {}") == [2])
        #expect(lines(.declarationsAreDocumented, path, "struct A {\n package static func b() {}\n}") == [2])
        #expect(lines(.declarationsAreDocumented, path, "/// P.\npackage protocol P {\n func b()\n}") == [3])
        #expect(lines(.declarationsAreDocumented, path, "struct A {}\nfunc b() {}").isEmpty)
        let witness = """
            protocol P { func b() }
            typealias Q = P & Sendable
            struct A: Q { package func b() {} }
            extension P { package func b() {} }
            struct C: Hashable { package func hash(into: inout Hasher) {} }
            """
        #expect(lines(.declarationsAreDocumented, path, witness).isEmpty)
    }

    @Test func `nothing is public in any position`() {
        #expect(lines(.nothingIsPublic, "Sources/Cron/A.swift", "public import Cron\nopen class A {}") == [1, 2])
        #expect(lines(.nothingIsPublic, "Sources/Cron/A.swift", "let a = open(path, .public)").isEmpty)
    }
}
