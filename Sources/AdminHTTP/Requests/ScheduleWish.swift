import AdminAPI
import Config
import Hummingbird
import Scheduling

/// A schedule that an operator wrote, read as strictly as one of the configuration file.
struct ScheduleWish: Sendable {
    let schedule: Schedule
    /// It says nothing of on or off.
    let keepsEnabled: Bool
    let reason: String?

    /// Reads the body's fields by the file's own rules: JSON is YAML, so they become a file of one schedule.
    init(name: String, fields: [String: JSONValue]) throws {
        var fields = fields.filter { $0.value != .null }
        switch fields.removeValue(forKey: "reason") {
        case nil: reason = nil
        case .text(let text): reason = try OperatorReason.checked(text)
        default: throw RequestRefusal.invalid("body field reason", "it is no text", hint: "write it in quotes")
        }
        keepsEnabled = fields["enabled"] == nil
        let file = JSONValue.object(["schedules": .object([name: .object(fields)])])
        let text = String(decoding: try WireJSON.encodePretty(file), as: UTF8.self)
        guard let found = try Self.load(text, name: name).first(where: { $0.name == name }) else {
            throw RequestRefusal.invalid("path", "there is no schedule in the request", hint: "give it a name")
        }
        schedule = Schedule(found)
    }

    private static func load(_ text: String, name: String) throws(RequestRefusal) -> [ScheduleDefinition] {
        do {
            let loader = ConfigurationLoader(environment: [:])
            return try loader.load(text: text, file: "the request").configuration.schedules
        } catch {
            throw refusal(error, name: name)
        }
    }

    /// The errors without the places of a file that nobody wrote.
    private static func refusal(_ errors: ConfigurationErrors, name: String) -> RequestRefusal {
        let prefix = "schedules.\(name)"
        let details = errors.errors.map { error in
            error.message.hasPrefix(prefix + ".") ? String(error.message.dropFirst(prefix.count + 1)) : error.message
        }
        let key = details.first.flatMap { detail in
            ScheduleRequest.keys.first { detail.hasPrefix($0 + " ") || detail.hasPrefix($0 + ":") }
        }
        return .invalid(
            key.map { "body field \($0)" } ?? "body", details.joined(separator: "; "),
            hint: errors.errors.compactMap(\.hint).first ?? "write it as in the configuration file")
    }
}

extension Schedule {
    /// A definition as the scheduler knows it.
    init(_ definition: ScheduleDefinition) {
        self.init(
            name: definition.name, kind: definition.kind, payload: definition.payload, expression: definition.cron,
            zone: definition.zone, money: definition.money, catchUp: CatchUp(rawValue: definition.catchUp.rawValue),
            catchUpLimit: definition.catchUpLimit, maxLateness: definition.maxLateness,
            overlap: Overlap(rawValue: definition.overlap.rawValue) ?? .queue,
            pauseOnFailure: definition.pauseOnFailure, enabled: definition.enabled, stagger: definition.stagger)
    }
}
