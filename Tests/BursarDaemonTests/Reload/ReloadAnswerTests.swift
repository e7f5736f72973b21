import AdminAPI
@testable import BursarDaemon
@testable import Config
@testable import JobsPostgres
import Primitives
import Testing

@Suite struct ReloadAnswerTests {
    private static let noon = Instant(rfc3339: "2026-10-15T12:00:00Z")!

    @Test func `a complaint keeps the place, the words and the hint`() {
        let complaint = ConfigurationComplaint(
            ConfigurationError(
                file: "/etc/bursar/bursar.yaml", line: 3, column: 9, message: "unknown key", hint: "say drain"))
        #expect(complaint.description == "/etc/bursar/bursar.yaml:3:9: unknown key; say drain")
        let whole = ConfigurationComplaint(
            ConfigurationError(file: "bursar.yaml", line: nil, column: nil, message: "cannot be read", hint: nil))
        #expect(whole.line == nil && whole.column == nil && whole.description == "bursar.yaml: cannot be read")
    }

    @Test func `a changed key is shown as the file would say it, with when it holds`() {
        let changes = [
            ConfigurationDifference(
                path: "engine.drain", old: .duration(.seconds(5)), new: .duration(.seconds(90)), effect: .now,
                isHidden: false),
            ConfigurationDifference(
                path: "engine.workers", old: nil, new: .number(8), effect: .restart, isHidden: false),
            ConfigurationDifference(
                path: "schedules.x.enabled", old: .flag(true), new: nil, effect: .now, isHidden: false),
        ].map(ConfigurationChange.init)
        #expect(changes.map(\.path) == ["engine.drain", "engine.workers", "schedules.x.enabled"])
        #expect(changes.map(\.old) == ["5s", nil, "true"])
        #expect(changes.map(\.new) == ["90s", "8", nil])
        #expect(changes.map(\.effect) == [.now, .restart, .now])
    }

    @Test func `the audit is told the old and the new values as an object, and nothing when nothing changed`() {
        let changes = [
            ConfigurationChange(path: "b", old: "1", new: "2", effect: .now),
            ConfigurationChange(path: "a", old: nil, new: "\"x\"", effect: .now),
        ]
        #expect(changes.text(\.new)?.contains(#""b":"2""#) == true)
        #expect(changes.text(\.new)?.contains(#""a":"\"x\"""#) == true)
        #expect(changes.text(\.old)?.contains(#""b":"1""#) == true)
        #expect([ConfigurationChange]().text(\.old) == nil)
    }

    @Test func `what became of a schedule is said in words`() {
        let toggle = ScheduleToggle(enabled: false, at: Self.noon, by: "ana", reason: "audit")
        let said = [
            shown(.added), shown(.removed),
            shown(.changed([
                SettingChange(setting: "cron", old: "0 9 * * *", new: "0 10 * * *"),
                SettingChange(setting: "zone", old: "UTC", new: "Europe/Madrid"),
            ])),
            shown(.keptToggle(toggle, fileSays: true)), shown(.nameTaken(by: "ana", since: Self.noon)),
        ]
        #expect(said.map(\.change) == [.added, .removed, .changed, .keptToggle, .nameTaken])
        #expect(said.allSatisfy { $0.name == "daily" && !$0.detail.isEmpty })
        #expect(said[2].detail == "cron: 0 9 * * * → 0 10 * * *; zone: UTC → Europe/Madrid")
        #expect(said[3].detail == "the file says on, and ana switched it off at 2026-10-15T12:00:00Z (audit)")
        #expect(said[4].detail.contains("ana made a schedule of this name at 2026-10-15T12:00:00Z"))
    }

    @Test func `a toggle without a reason has no empty brackets`() {
        let toggle = ScheduleToggle(enabled: true, at: Self.noon, by: "ana", reason: nil)
        let said = shown(.keptToggle(toggle, fileSays: false))
        #expect(said.detail == "the file says off, and ana switched it on at 2026-10-15T12:00:00Z")
    }

    @Test func `what was only kept as it was is no change`() {
        let toggle = ScheduleToggle(enabled: false, at: Self.noon, by: "ana", reason: nil)
        let changes: [JobsPostgres.ScheduleChange.What] = [
            .added, .changed([]), .removed, .keptToggle(toggle, fileSays: true),
            .nameTaken(by: "ana", since: Self.noon),
        ]
        #expect(
            changes.map { JobsPostgres.ScheduleChange(name: "daily", what: $0).isChange }
                == [true, true, true, false, false])
    }

    @Test func `the daemon whose file holds is named with its host and process, and who applied it when`() {
        let daemon = DaemonID()
        let holder = ScheduleFileHolder(
            file: RecordedScheduleFile(digest: "d", appliedAt: Self.noon, appliedBy: "ana", daemon: daemon),
            daemon: daemon, host: "there", pid: 42)
        #expect(
            holder.text
                == "the file of the daemon on there, process 42, holds since 2026-10-15T12:00:00Z, applied by ana")
    }

    private func shown(_ what: JobsPostgres.ScheduleChange.What) -> AdminAPI.ScheduleChange {
        AdminAPI.ScheduleChange(JobsPostgres.ScheduleChange(name: "daily", what: what))
    }
}
