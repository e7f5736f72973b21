import ArgumentParser
import Cron
import Primitives

/// Reads what operators type, and says what was expected when they type something else.
enum ArgumentReading {
    static func instant(_ text: String) throws -> Instant {
        guard let instant = Instant(rfc3339: text) else {
            throw ValidationError(
                "\"\(text)\" is no RFC 3339 time; write 2026-10-15T12:34:56Z or 2026-10-15T09:34:56-03:00."
            )
        }
        return instant
    }

    private static let example = "0199e3f1-7c1a-7d3e-9a55-2f8c0d9b1e77"

    static func execution(_ text: String) throws -> ExecutionID {
        guard let execution = ExecutionID(text) else {
            throw ValidationError(
                "\"\(text)\" is no execution id; `bursarctl runs list` shows them, such as \(example)."
            )
        }
        return execution
    }

    static func id(_ text: String) throws -> Int64 {
        guard let id = Int64(text), id > 0 else {
            throw ValidationError("\"\(text)\" is no id; write a whole number above 0.")
        }
        return id
    }

    static func date(_ text: String) throws -> CivilDate {
        guard let date = CivilDate(text) else {
            throw ValidationError("\"\(text)\" is no date; write it as 2026-10-25.")
        }
        return date
    }

    static func count(_ text: String) throws -> Int {
        guard let count = Int(text), (1...1_000).contains(count) else {
            throw ValidationError("\"\(text)\" is no count; write a whole number of 1 to 1000.")
        }
        return count
    }
}

extension CommandFailure {
    /// An expression that cannot be read, with a mark under the place.
    init(_ error: CronError, in text: String) {
        let indent = String(repeating: " ", count: max(0, error.position - 1))
        let field = error.field.map { "\($0.rawValue), " } ?? ""
        self.init(
            .usage, "\(field)column \(error.position): \(error.message)", details: [text, indent + "^"],
            hint: error.hint)
    }

    init(_ error: ZoneError) {
        self.init(.usage, error.message, hint: error.hint)
    }
}
