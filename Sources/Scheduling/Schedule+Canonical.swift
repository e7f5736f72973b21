import Cron
import Primitives

extension Schedule {
    /// Every setting by the name that the configuration file gives it, as text; two rules are the same exactly when
    /// these are.
    package var settings: [(name: String, value: String)] {
        [
            ("kind", kind), ("payload", payload), ("cron", expression.text), ("zone", zone.identifier),
            ("money", "\(money)"), ("catch_up", catchUp.rawValue), ("catch_up_limit", "\(catchUpLimit)"),
            ("max_lateness", maxLateness.map { "\($0.inSeconds) s" } ?? "none"), ("overlap", overlap.rawValue),
            ("pause_on_failure", "\(pauseOnFailure)"), ("enabled", "\(enabled)"),
            ("stagger", stagger.map { "\($0.inSeconds) s" } ?? "none"),
        ]
    }
}

extension Collection where Element == Schedule {
    /// One text for one set of schedules, whatever their order: what a file's digest is made of.
    ///
    /// Each part is preceded by its length in bytes, so that no value can pass for another's end.
    package var canonicalText: String {
        var text = "bursar schedules 1\n"
        for schedule in sorted(by: { $0.name < $1.name }) {
            for (name, value) in [("name", schedule.name)] + schedule.settings {
                text += "\(name) \(value.utf8.count) \(value)\n"
            }
        }
        return text
    }
}
