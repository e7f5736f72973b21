import Cron
import Crypto
import Primitives
import Scheduling

extension WiredSettings {
    /// SHA-256, in hex, over the file's schedules as they take effect: equal exactly when the same ticks would start
    /// the same jobs.
    var scheduleDigest: String {
        var hash = SHA256()
        for schedule in schedules.sorted(by: { $0.name < $1.name }) {
            var fields = [
                schedule.name, schedule.kind, schedule.payload, schedule.expression.text, schedule.zone.identifier,
                "\(schedule.money)", schedule.catchUp.rawValue, "\(schedule.catchUpLimit)",
                schedule.maxLateness.map { "\($0.wholeMicroseconds)" } ?? "-", schedule.overlap.rawValue,
                "\(schedule.pauseOnFailure)", "\(schedule.enabled)",
            ]
            // Left out where there is none, so that an older build's digest of the same file is the same.
            if let stagger = schedule.stagger { fields.append("stagger \(stagger.wholeMicroseconds)") }
            // Each field with its length: no two lists of fields make the same bytes.
            for field in fields { hash.update(data: Array("\(field.utf8.count):\(field)".utf8)) }
        }
        return Hexadecimal.text(hash.finalize())
    }
}
