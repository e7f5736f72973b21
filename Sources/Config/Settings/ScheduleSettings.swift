import Cron

/// Every key of a schedule, in the order of the reference file.
enum ScheduleSettings {
    static let all: [Setting<ScheduleDraft>] = [kind.required(), payload, cron.required(), zone.required()] + rules

    static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

    /// What every schedule must say.
    static let required = all.filter(\.isRequired).map(\.path)

    /// Letters, digits, `.`, `_` and `-`, beginning with a letter or digit.
    static func isName(_ text: String) -> Bool {
        func isWord(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        guard let first = text.utf8.first, isWord(first), text.utf8.count <= ScheduleDefinition.nameMax else {
            return false
        }
        return text.utf8.allSatisfy { isWord($0) || [46, 95, 45].contains($0) }
    }

    static let nameExpectation =
        "at most \(ScheduleDefinition.nameMax) letters, digits, dots, dashes and underscores, such as investments.daily"

    private static let kind = Setting<ScheduleDraft>("kind", expected: nameExpectation) {
        input throws(SettingProblem) in
        let kind = input.text
        guard isName(kind) else { throw SettingProblem(complaint: "is not the name of a job kind") }
        return { $0.kind = kind }
    } show: {
        .text($0.kind ?? "")
    }

    private static let payload = Setting<ScheduleDraft>(
        "payload", expected: "a mapping of at most \(JSONPayload.bytesMax) bytes as JSON",
        parseNode: { node throws(SettingProblem) in
            let text = try JSONPayload.text(of: node)
            return { $0.payload = text }
        }, show: { .text($0.payload) })

    private static let cron = Setting<ScheduleDraft>(
        "cron", expected: "five fields in quotes, such as \"30 2 * * 1-5\""
    ) {
        input throws(SettingProblem) in
        do throws(CronError) {
            let cron = try CronExpression(input.text)
            return { $0.cron = cron }
        } catch {
            let field = error.field.map { ", \($0.rawValue)" } ?? ""
            throw SettingProblem(
                complaint: "is not a cron expression\(field): \(error.message)", hint: error.hint,
                position: error.position)
        }
    } show: {
        .text($0.cron?.text ?? "")
    }

    private static let zone = Setting<ScheduleDraft>("zone", expected: "an IANA zone such as Europe/Madrid or UTC") {
        input throws(SettingProblem) in
        do throws(ZoneError) {
            let zone = try Zone(input.text)
            return { $0.zone = zone }
        } catch {
            let hint = error.suggestion.map { "did you mean \"\($0)\"?" } ?? "write a name of the IANA database"
            throw SettingProblem(complaint: "is not a zone", hint: hint)
        }
    } show: {
        .text($0.zone?.identifier ?? "")
    }

    private static let rules: [Setting<ScheduleDraft>] = [
        days,
        .flag("money", get: { $0.money }, set: { $0.money = $1 }),
        .choice("catch_up", get: { $0.effectiveCatchUp }, set: { $0.catchUp = $1 }),
        .integer("catch_up_limit", 1...1_000, get: { $0.catchUpLimit }, set: { $0.catchUpLimit = $1 }),
        .optionalDuration(
            "max_lateness", .seconds(1)...(.seconds(366 * 86_400)), get: { $0.maxLateness },
            set: { $0.maxLateness = $1 }),
        .optionalDuration(
            "stagger", .seconds(1)...(.seconds(31 * 86_400)), get: { $0.stagger }, set: { $0.stagger = $1 }),
        .choice("overlap", get: { $0.overlap }, set: { $0.overlap = $1 }),
        .flag("pause_on_failure", get: { $0.effectivePauseOnFailure }, set: { $0.pauseOnFailure = $1 }),
        .flag("enabled", get: { $0.enabled }, set: { $0.enabled = $1 }),
    ]

    private static let days = Setting<ScheduleDraft>("days", expected: "either") { input throws(SettingProblem) in
        guard input.text == ScheduleDraft.Days.either.rawValue else {
            let hint =
                ["both", "and", "all"].contains(input.text.lowercased())
                ? "cron knows no day that must match both fields; see 5#3 and 15W" : nil
            throw SettingProblem(complaint: "is not a known word", hint: hint)
        }
        return { $0.days = .either }
    } show: {
        $0.days.map { .text($0.rawValue) } ?? .unset("none")
    }
}
