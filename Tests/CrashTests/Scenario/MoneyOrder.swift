import Jobs
import JobsPostgres
import Primitives

/// Money that a job is to move, once: what the worker reads as its payload, and what the audit expects.
struct MoneyOrder: Sendable {
    let key: String
    let debit: Int64
    let credit: Int64
    let amount: Int64
    /// Of the key: one transfer each. Nil: one transfer of the key itself.
    var parts: [String]?
    var steps: Int?
    var pause: Duration?

    /// The business keys of which there must be one transfer each.
    var keys: [String] { parts?.map { "\(key)/\($0)" } ?? [key] }

    var payload: String {
        var text = #"{"key":"\#(key)","debit":\#(debit),"credit":\#(credit),"amount":\#(amount)"#
        if let steps { text += #","steps":\#(steps)"# }
        if let pause { text += #","pauseMilliseconds":\#(Int(pause / .milliseconds(1)))"# }
        return text + "}"
    }
}
