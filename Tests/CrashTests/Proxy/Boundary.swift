/// A place where a worker talks to its database: the n-th time that a scenario sends a statement, before or after.
struct Boundary: Sendable, Hashable, CustomStringConvertible {
    enum Moment: String, Sendable, CaseIterable {
        /// The request was seen and not passed on.
        case before
        /// The server's answer was seen and not passed on.
        case after
    }

    var statement: String
    /// From 1.
    var visit: Int
    var moment: Moment

    var description: String { "\(moment) \(statement) #\(visit)" }
}
