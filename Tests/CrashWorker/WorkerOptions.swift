import Jobs
import Logging
import Postgres

/// What a test says when it starts a worker: `name=value` each.
struct WorkerOptions: Sendable {
    var database: PostgresAddress
    var slots = 4
    var poolSize = 4
    var liveness = Liveness(lease: .milliseconds(400), beat: .milliseconds(100))
    var poll = Duration.milliseconds(500)
    /// The hard deadline of every kind.
    var deadline = Duration.seconds(30)
    /// How long what runs may go on after SIGTERM.
    var drain = Duration.seconds(5)
    var logLevel = Logger.Level.info
    /// Nil: all that it knows.
    var kinds: Set<JobKind>?
    /// Where the company listens that is asked to pay.
    var company = ""

    init(_ arguments: some Sequence<String>) throws {
        var values: [String: String] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw UnreadableOption(text: argument) }
            values[parts[0]] = parts[1]
        }
        guard let uri = values.removeValue(forKey: "database") else { throw UnreadableOption(text: "no database") }
        database = try PostgresAddress(uri: uri)
        var lease = liveness.lease
        var beat = liveness.beat
        for (name, value) in values {
            if name == "log", let level = Logger.Level(rawValue: value) {
                logLevel = level
                continue
            }
            if name == "company" {
                company = value
                continue
            }
            if name == "kinds" {
                kinds = Set(value.split(separator: ",").map { JobKind(String($0)) })
                continue
            }
            guard let number = Int(value), number > 0 else { throw UnreadableOption(text: "\(name)=\(value)") }
            switch name {
            case "slots": slots = number
            case "pool": poolSize = number
            case "lease": lease = .milliseconds(number)
            case "beat": beat = .milliseconds(number)
            case "poll": poll = .milliseconds(number)
            case "deadline": deadline = .milliseconds(number)
            case "drain": drain = .milliseconds(number)
            default: throw UnreadableOption(text: name)
            }
        }
        liveness = Liveness(lease: lease, beat: beat)
    }
}

/// A test started the worker wrongly.
struct UnreadableOption: Error {
    let text: String
}
