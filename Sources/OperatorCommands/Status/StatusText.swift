import AdminAPI
import Primitives

/// A status as people read it.
struct StatusText {
    private let status: StatusAnswer

    init(_ status: StatusAnswer) {
        self.status = status
    }

    func text(for stream: TextStream) -> String {
        let state = status.ready ? stream.styled("ready", .green) : stream.styled("not ready", .red)
        let uptime = TimeText.duration(seconds: Double(status.uptimeSeconds))
        var text = "\(printable(status.build)), pid \(status.processID), up \(uptime), \(state)\n"
        text += facts.text(for: stream)
        if !status.lastRuns.isEmpty {
            text += "\n" + stream.styled("last runs", .faint) + "\n" + Table(status.lastRuns).text(for: stream)
        }
        return text
    }

    private var facts: Facts {
        var facts = Facts()
        for check in status.checks where !check.passed {
            facts.add("not ready", "\(check.name): \(check.detail)", .red)
        }
        facts.add("database", database, status.database.reachable ? nil : .red)
        for (index, daemon) in status.daemons.enumerated() { facts.add(index == 0 ? "daemons" : "", words(daemon)) }
        facts.add("jobs", status.jobs.map(words), (status.jobs?.parked ?? 0) > 0 ? .yellow : nil)
        facts.add("next tick", status.nextTick.map(words))
        addSchedules(to: &facts)
        facts.add("socket", status.socket)
        facts.add(
            "config", status.configFiles.isEmpty ? "no file, all defaults" : status.configFiles.joined(separator: ", "))
        return facts
    }

    private func addSchedules(to facts: inout Facts) {
        guard let schedules = status.schedules else { return }
        let disabled = schedules.disabled.isEmpty ? "" : ", disabled: " + schedules.disabled.joined(separator: ", ")
        facts.add("schedules", "\(schedules.total)" + disabled)
        if let hold = schedules.clockHold {
            facts.add(
                "",
                "money held since \(TimeText.instant(hold.since)): the clock jumped "
                    + "\(TimeText.duration(seconds: hold.jumpSeconds)) forward; `bursarctl schedules clock`", .yellow)
        }
        for paused in schedules.paused {
            let since = TimeText.instant(paused.pause.since)
            facts.add(
                "", "paused: \(paused.name) since \(since) by \(paused.pause.by): \(paused.pause.reason)", .yellow)
        }
    }

    private var database: String {
        let database = status.database
        guard database.reachable else {
            return "\(database.mode), cannot be reached: \(database.error ?? "no reason known")"
        }
        var words = [database.mode, database.address]
        if let version = database.serverVersion { words.append("PostgreSQL \(version)") }
        if let milliseconds = database.roundTripMilliseconds {
            words.append("round trip \((milliseconds * 100).rounded() / 100) ms")
        }
        return words.joined(separator: ", ")
    }

    private func words(_ daemon: DaemonAnswer) -> String {
        let beat = TimeText.duration(seconds: daemon.beatAgeSeconds)
        return "\(daemon.id) on \(daemon.host), pid \(daemon.processID), \(daemon.build), last beat \(beat) ago"
    }

    private func words(_ jobs: JobCounts) -> String {
        let due = jobs.due >= jobs.countedUpTo ? "\(jobs.countedUpTo) or more" : "\(jobs.due)"
        var text = "\(jobs.waiting) waiting, \(due) of them due, \(jobs.running) running, \(jobs.parked) parked"
        if let age = jobs.oldestDueSeconds { text += "; the oldest is due for \(TimeText.duration(seconds: age))" }
        return text
    }

    private func words(_ tick: TickAnswer) -> String {
        "\(tick.schedule) \(TimeText.distance(from: status.now, to: tick.at)): \(tick.local) \(tick.zone), \(tick.at)"
    }
}
