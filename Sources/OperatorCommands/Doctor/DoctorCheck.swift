/// One thing that a doctor looks at.
struct DoctorCheck: Sendable {
    /// Stable, for scripts.
    let name: String
    let judge: @Sendable (DoctorFacts) -> Verdict

    init(_ name: String, _ judge: @escaping @Sendable (DoctorFacts) -> Verdict) {
        self.name = name
        self.judge = judge
    }
}

/// What a check found.
enum Verdict: Sendable, Hashable {
    case passed(String)
    /// It works, and may not for long.
    case warning(String, Remedy)
    case failed(String, Remedy)
    /// Why it could not be looked at.
    case unseen(String)

    var word: String {
        switch self {
        case .passed: "passed"
        case .warning: "warning"
        case .failed: "failed"
        case .unseen: "unseen"
        }
    }

    var detail: String {
        switch self {
        case .passed(let detail), .warning(let detail, _), .failed(let detail, _), .unseen(let detail): detail
        }
    }

    var remedy: Remedy? {
        switch self {
        case .warning(_, let remedy), .failed(_, let remedy): remedy
        case .passed, .unseen: nil
        }
    }
}

/// Why something is wrong, and the command that puts it right.
struct Remedy: Sendable, Hashable {
    let cause: String
    let fix: String

    init(_ cause: String, fix: String) {
        self.cause = cause
        self.fix = fix
    }
}

/// Something that was looked for.
enum Sight<Value: Sendable>: Sendable {
    case seen(Value)
    /// Why it could not be seen.
    case hidden(String)

    /// The verdict on what was seen.
    func judge(_ body: (Value) -> Verdict) -> Verdict {
        switch self {
        case .seen(let value): body(value)
        case .hidden(let reason): .unseen(reason)
        }
    }

    func map<Other>(_ body: (Value) -> Sight<Other>) -> Sight<Other> {
        switch self {
        case .seen(let value): body(value)
        case .hidden(let reason): .hidden(reason)
        }
    }

    var value: Value? {
        if case .seen(let value) = self { value } else { nil }
    }
}
