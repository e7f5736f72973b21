import Primitives

/// The one line that `systemctl status` shows.
struct StatusLine: Sendable, Hashable {
    /// What the process is at.
    enum Phase: Sendable, Hashable {
        /// With what it waits for.
        case starting(String)
        case ready
        /// Since when the database does not answer.
        case degraded(since: Instant)
        /// With how many jobs still run.
        case stopping(running: Int)

        var isStopping: Bool {
            if case .stopping = self { true } else { false }
        }
    }

    /// What the database knows; nil before it was asked.
    struct Figures: Sendable, Hashable {
        var waiting: Int
        var running: Int
        var parked: Int
        /// How long the oldest due job has waited.
        var oldestDue: Duration?
        /// Schedule, local time and zone.
        var next: String?
        var roundTrip: Duration
    }

    var phase: Phase
    var figures: Figures?
    /// Of the configuration; 0 before one was read.
    var generation = 0
    /// Why the last reload was refused.
    var refusal: String?
    /// Who else's schedule file holds.
    var dispute: String?

    /// The manager keeps this many characters; what matters most comes first.
    var text: String {
        var parts: [String] = []
        switch phase {
        case .starting(let what): return "starting: \(what)"
        case .stopping(let running):
            guard running > 0 else { return "stopping" }
            return "stopping: \(running) \(running == 1 ? "job still runs" : "jobs still run")"
        case .degraded(let since): parts.append("degraded: the database does not answer since \(since.rfc3339)")
        case .ready: parts.append("ready")
        }
        if let refusal { parts.append("reload refused: \(refusal)") }
        if let dispute { parts.append("fires no schedule of its file: \(dispute)") }
        if let figures {
            parts.append("\(figures.waiting) waiting, \(figures.running) running, \(figures.parked) parked")
            if let age = figures.oldestDue { parts.append("oldest due \(age.components.seconds) s") }
            if let next = figures.next { parts.append("next \(next)") }
            if phase == .ready { parts.append("database \(Self.milliseconds(figures.roundTrip)) ms") }
        }
        parts.append("configuration \(generation)")
        return parts.joined(separator: "; ")
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = duration.wholeMicroseconds / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}
