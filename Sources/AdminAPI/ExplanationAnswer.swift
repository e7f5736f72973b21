package import Primitives

/// Why a student has what they have: each investment, its growth under each rate, the sum before it is rounded.
package struct ExplanationAnswer: Sendable, Hashable, Codable {
    package var studentID: IntegerText
    package var name: String
    package var classID: IntegerText
    package var className: String
    package var zone: String
    /// Both the student and the class are.
    package var enabled: Bool
    package var asOf: Instant
    /// Where growth ends: `as_of` or the end of the class.
    @Nullable package var horizon: Instant?
    /// Null when the class or the student has no value; `error` says why.
    @Nullable package var amount: IntegerText?
    /// The sum of the values before it is rounded.
    @Nullable package var sum: String?
    package var investments: [ExplainedInvestmentAnswer]
    package var findings: [ValuationFindingAnswer]
    @Nullable package var error: ValuationFindingAnswer?
    /// What balances show now; null before the first run.
    @Nullable package var stored: StoredAmountAnswer?

    private enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case name
        case classID = "class_id"
        case className = "class_name"
        case zone, enabled
        case asOf = "as_of"
        case horizon, amount, sum, investments, findings, error, stored
    }

    package init(
        studentID: IntegerText, name: String, classID: IntegerText, className: String, zone: String, enabled: Bool,
        asOf: Instant, horizon: Instant? = nil, amount: IntegerText? = nil, sum: String? = nil,
        investments: [ExplainedInvestmentAnswer], findings: [ValuationFindingAnswer],
        error: ValuationFindingAnswer? = nil, stored: StoredAmountAnswer? = nil
    ) {
        self.studentID = studentID
        self.name = name
        self.classID = classID
        self.className = className
        self.zone = zone
        self.enabled = enabled
        self.asOf = asOf
        self.horizon = horizon
        self.amount = amount
        self.sum = sum
        self.investments = investments
        self.findings = findings
        self.error = error
        self.stored = stored
    }
}

/// One investment, and what it became.
package struct ExplainedInvestmentAnswer: Sendable, Hashable, Codable {
    package var id: IntegerText
    package var amount: IntegerText
    package var at: Instant
    /// The same instant on the wall of the class's zone.
    package var local: String
    /// `counted`, or why it was not: `future`, `after-end`, …
    package var inclusion: String
    /// What each coin became.
    @Nullable package var factor: String?
    /// What the amount became, before rounding.
    @Nullable package var value: String?
    package var stretches: [ExplainedStretchAnswer]

    private enum CodingKeys: String, CodingKey {
        case id, amount, at, local, inclusion, factor, value, stretches
    }

    package init(
        id: IntegerText, amount: IntegerText, at: Instant, local: String, inclusion: String, factor: String? = nil,
        value: String? = nil, stretches: [ExplainedStretchAnswer]
    ) {
        self.id = id
        self.amount = amount
        self.at = at
        self.local = local
        self.inclusion = inclusion
        self.factor = factor
        self.value = value
        self.stretches = stretches
    }
}

/// A time in which one rate held.
package struct ExplainedStretchAnswer: Sendable, Hashable, Codable {
    package var start: Instant
    package var end: Instant
    /// Monthly; null where coins keep their face value.
    @Nullable package var rate: String?
    package var factor: String

    private enum CodingKeys: String, CodingKey {
        case start, end, rate, factor
    }

    package init(start: Instant, end: Instant, rate: String? = nil, factor: String) {
        self.start = start
        self.end = end
        self.rate = rate
        self.factor = factor
    }
}

/// What an operator should know of a class or a student.
package struct ValuationFindingAnswer: Sendable, Hashable, Codable {
    package var code: String
    /// `warning` or `notice`.
    package var severity: String
    package var message: String
    /// How to put it right.
    package var hint: String

    private enum CodingKeys: String, CodingKey {
        case code, severity, message, hint
    }

    package init(code: String, severity: String, message: String, hint: String) {
        self.code = code
        self.severity = severity
        self.message = message
        self.hint = hint
    }
}

/// The amount that balances show, and as of when.
package struct StoredAmountAnswer: Sendable, Hashable, Codable {
    package var amount: IntegerText
    @Nullable package var asOf: Instant?

    private enum CodingKeys: String, CodingKey {
        case amount
        case asOf = "as_of"
    }

    package init(amount: IntegerText, asOf: Instant? = nil) {
        self.amount = amount
        self.asOf = asOf
    }
}
