extension Rule {
    /// What product code never writes, and what it writes instead.
    static let noBannedCalls = Rule(
        name: "no banned call",
        counterexample: ["Sources/Cron/Zone.swift": "let now = Date()"]
    ) { (file: SourceFile) in
        guard file.isProduct else { return [] }
        return bannedCalls.filter { !$0.isAllowed(in: file.path) }.flatMap { call in
            file.occurrences(of: call.pattern).filter { !call.isMember(at: $0, in: file.tokens) }.map {
                file.violation(file.tokens[$0].line, "`\(call.spelling)`: \(call.instead)")
            }
        }
    }

    static let bannedCalls: [BannedCall] = [
        BannedCall("Date()", instead: "take a TimeSource and call now()", only: clock),
        BannedCall("Date.now", instead: "take a TimeSource and call now()"),
        BannedCall("Date(timeIntervalSinceNow", instead: "take a TimeSource and add a Duration to now()"),
        BannedCall("TimeZone.current", instead: "take the zone as an argument"),
        BannedCall("TimeZone.autoupdatingCurrent", instead: "take the zone as an argument"),
        BannedCall("Calendar.current", instead: "use CivilDate and take the zone as an argument"),
        BannedCall("Locale.current", instead: "write for machines and operators alike: no locale"),
        BannedCall("print(", instead: "log it, or return it to Sources/OperatorCommands/Output/", only: output),
        BannedCall("debugPrint(", instead: "log it, or return it to Sources/OperatorCommands/Output/"),
        BannedCall("dump(", instead: "log it, or return it to Sources/OperatorCommands/Output/"),
        BannedCall("try!", instead: "throw, or make the failure impossible by a type"),
        BannedCall("as!", instead: "use `as?` and throw, or make the type generic"),
        BannedCall("fatalError(", instead: "throw; `precondition` with a sentence for what only a bug can cause"),
        BannedCall("Task.detached", instead: "use a task group under run()"),
        BannedCall("Thread.sleep", instead: "await `clock.sleep(for:)` on a clock that is passed in"),
        BannedCall("DispatchQueue.main", instead: "own a queue or an actor; the daemon's main queue runs nothing"),
    ]

    /// The one place that reads the wall clock.
    private static let clock = "Sources/Primitives/TimeSource.swift"
    /// The one place that writes to a terminal.
    private static let output = "Sources/OperatorCommands/Output/"
}

/// Code that product code does not call, found by its tokens.
struct BannedCall: Sendable, Hashable {
    var spelling: String
    var instead: String
    var pattern: [SwiftToken]
    /// The path that may call it, if any.
    private var only: String?

    init(_ spelling: String, instead: String, only: String? = nil) {
        self.spelling = spelling
        self.instead = instead
        self.only = only
        pattern = SwiftLexer(spelling).tokens
    }

    func isAllowed(in path: String) -> Bool {
        only.map(path.hasPrefix) ?? false
    }

    /// A function of the same name that belongs to something: `writer.print(…)`, or its declaration.
    /// A type is the same behind a dot: `Foundation.Date()`.
    func isMember(at index: Int, in tokens: [SwiftToken]) -> Bool {
        guard index > 0, spelling.first?.isLowercase == true else { return false }
        return tokens[index - 1].isSign(".") || tokens[index - 1].isWord("func")
    }
}
