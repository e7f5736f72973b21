import Primitives

/// What a valuation has to say besides an amount: why a class or a student has none, or what an operator should know.
///
/// Thrown when it stops the valuation of its class or student; the run goes on for all others.
package enum ValuationFinding: Error, Sendable, Hashable {
    /// The class has no rate at all, or none yet when an investment began and the policy wants one.
    case noRate
    /// The class names a zone the machine does not know.
    case invalidZone(identifier: String)
    /// A monthly rate that is no number above -1; the text as the database holds it.
    case invalidRate(text: String)
    /// A date outside the years 1 to 9999, `infinity` included.
    case invalidDate(text: String)
    /// The amount does not fit in 64 bits.
    case overflow
    /// A student's discounted sum differs from the one an earlier run kept, though nothing announced a change.
    case drift(run: Int)
    /// The class never ends, so its coins grow without end.
    case noEndDate
    /// Investments dated after the instant of the valuation, which are not counted.
    case futureInvestments(count: Int)
    /// Withdrawals outweigh what was invested and what it earned.
    case negativeBalance(amount: Int64)

    /// How much a finding matters to the run that met it.
    package enum Severity: String, Sendable, Hashable {
        /// Something has no value or a doubtful one: the run ends as `warning`.
        case warning
        /// Worth knowing; the run is still a success.
        case notice
    }

    /// The stable name that is stored, counted and matched on.
    package var code: String {
        switch self {
        case .noRate: "NO_RATE"
        case .invalidZone: "INVALID_ZONE"
        case .invalidRate: "INVALID_RATE"
        case .invalidDate: "INVALID_DATE"
        case .overflow: "OVERFLOW"
        case .drift: "DRIFT"
        case .noEndDate: "NO_END_DATE"
        case .futureInvestments: "FUTURE_INVESTMENTS"
        case .negativeBalance: "NEGATIVE_BALANCE"
        }
    }

    /// Whether the run that met it ends as a warning.
    package var severity: Severity {
        switch self {
        case .noRate, .invalidZone, .invalidRate, .invalidDate, .overflow, .drift: .warning
        case .noEndDate, .futureInvestments, .negativeBalance: .notice
        }
    }

    /// What was found, in one sentence.
    package var message: String {
        switch self {
        case .noRate: "no interest rate is in force"
        case .invalidZone(let identifier): "\"\(identifier)\" is not a time zone this machine knows"
        case .invalidRate(let text): "\"\(text)\" is not a monthly rate: a rate is a number above -1, and 0.01 is 1%"
        case .invalidDate(let text): "\"\(text)\" is outside the years 1 to 9999"
        case .overflow: "the amount does not fit in 64 bits"
        case .drift(let run): "the investments differ from what run \(run) added up, though no change was announced"
        case .noEndDate: "the class has no end date, so its coins grow without end"
        case .futureInvestments(1): "1 investment lies in the future and is not counted"
        case .futureInvestments(let count): "\(count) investments lie in the future and are not counted"
        case .negativeBalance(let amount): "withdrawals leave a balance of \(amount)"
        }
    }

    /// What an operator can do about it.
    package var hint: String {
        switch self {
        case .noRate:
            "insert the class's rate into interest_rate_history, effective no later than its first investment"
        case .invalidZone: "set classes.timezone to a name of the tz database, such as America/Argentina/Buenos_Aires"
        case .invalidRate: "correct monthly_interest_rate in interest_rate_history: 0.01 is 1% a month, -0.5 halves"
        case .invalidDate: "correct the date, or remove the row"
        case .overflow: "look for a rate typed as a percentage (5 instead of 0.05) or an amount with too many digits"
        case .drift: "the new amount holds; see that the triggers on investments and interest_rate_history are enabled"
        case .noEndDate: "set classes.end_date if the class should stop growing"
        case .futureInvestments: "nothing, if they are planned; otherwise correct investments.fecha"
        case .negativeBalance: "check the student's withdrawals with `bursarctl investments explain`"
        }
    }
}

extension ValuationFinding {
    /// Beyond the years that can be written an instant is a count of microseconds; the farthest are PostgreSQL's
    /// infinities.
    static func invalidDate(_ instant: Instant) -> ValuationFinding {
        switch instant.microseconds {
        case .min: .invalidDate(text: "-infinity")
        case .max: .invalidDate(text: "infinity")
        case let microseconds: .invalidDate(text: "\(microseconds) microseconds from 1970")
        }
    }
}

extension ValuationFinding: CustomStringConvertible {
    package var description: String { "\(code): \(message)" }
}
