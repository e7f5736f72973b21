import AdminAPI
import Primitives

/// A run with its totals and findings as people read it.
struct RunText {
    private let detail: RunDetail
    private var run: RunAnswer { detail.run }

    init(_ detail: RunDetail) {
        self.detail = detail
    }

    func text(for stream: TextStream) -> String {
        var text = facts.text(for: stream)
        let totals = totals
        if !totals.isEmpty {
            text += stream.styled("totals", .faint) + "\n" + totals.text(for: stream, indent: 2)
        }
        guard !detail.findings.isEmpty else { return text }
        text += "\n" + Table(detail.findings).text(for: stream)
        let more = detail.warnings + detail.notices - detail.findings.count
        if more > 0 { text += "and \(more) more: `bursarctl runs show \(run.executionID) --findings`\n" }
        return text
    }

    private var facts: Facts {
        var facts = Facts()
        facts.add("execution", run.executionID.description)
        facts.add("state", run.state == "running" ? ProgressBar.words(run) : run.state, Style(state: run.state))
        facts.add("schedule", run.schedule)
        facts.add("kind", run.kind)
        facts.add("job", run.jobID.description)
        facts.add("trigger", "\(run.trigger) by \(run.source)")
        if let tick = run.tick { facts.add("tick", "\(tick.nominal) \(tick.zone), \(tick.at)") }
        facts.add("created", run.createdAt.rfc3339)
        facts.add("started", run.startedAt?.rfc3339)
        facts.add("finished", run.finishedAt?.rfc3339)
        facts.add("took", run.durationSeconds.map { TimeText.duration(seconds: $0) })
        if let descendants = detail.descendants { addDescendants(descendants, to: &facts) }
        facts.add("error", run.error, .red)
        if detail.warnings + detail.notices > 0 {
            facts.add(
                "findings", "\(detail.warnings) warnings, \(detail.notices) notices",
                detail.warnings > 0 ? .yellow : nil)
        }
        return facts
    }

    /// Its own job has ended; what that started has not.
    private func addDescendants(_ left: DescendantsAnswer, to facts: inout Facts) {
        let count = left.waiting + left.running + left.parked
        let more = count >= left.countedUpTo ? " or more" : ""
        facts.add(
            "waits for",
            "\(count)\(more) jobs that it started, since \(left.since.rfc3339): \(left.waiting) waiting, "
                + "\(left.running) running, \(left.parked) parked" + (left.failed > 0 ? "; \(left.failed) failed" : ""),
            left.parked + left.failed > 0 ? .yellow : nil)
        if let parked = left.firstParked { facts.add("", "the first that is parked: bursarctl jobs explain \(parked)") }
    }

    /// Scalars by name; what is deeper is left to `--json`.
    private var totals: Facts {
        var facts = Facts()
        guard case .object(let object)? = run.totals else { return facts }
        for (name, value) in object.sorted(by: { $0.key < $1.key }) {
            facts.add(name, value.scalarText)
        }
        return facts
    }
}
