import Audit
import Primitives

/// What a verification found, as people read it.
struct AuditVerdictText {
    private let verdict: AuditVerdict
    private let damages: [String]

    init(_ verdict: AuditVerdict, damages: [String]) {
        self.verdict = verdict
        self.damages = damages
    }

    func text(for stream: TextStream) -> String {
        var text = ""
        if let breakage = verdict.breakage {
            text += stream.styled("the audit was changed", .red) + "\n"
            var facts = Facts()
            facts.add("what", breakage.kind.rawValue.replacing("_", with: " "))
            facts.add("entry", "\(breakage.sequence)")
            facts.add("found", breakage.detail)
            facts.add("before", "\(verdict.entries) entries are as they were signed")
            text += facts.text(for: stream)
            text += "keep the database as it is, and compare with a backup and with the journal's BURSAR_ACTOR lines\n"
        } else {
            let count = verdict.entries == 1 ? "1 entry is as it was" : "\(verdict.entries) entries are as they were"
            text += stream.styled("the audit is whole", .green) + ": \(count) signed, none is missing between them\n"
        }
        text += anchors + "what this does not prove:\n"
        for limit in verdict.limits { text += "  - \(printable(limit))\n" }
        return text
    }

    private var anchors: String {
        var lines: [String] = []
        let anchors = verdict.anchors
        if anchors.held > 0 { lines.append("anchors that hold: \(anchors.held)") }
        if anchors.setBack > 0 { lines.append("anchors of a history that a restore set back: \(anchors.setBack)") }
        if anchors.ofOtherKeys > 0 {
            lines.append("anchors signed with keys that were not given: \(anchors.ofOtherKeys)")
        }
        if anchors.unreadable > 0 { lines.append("lines with only a part of an anchor: \(anchors.unreadable)") }
        lines += damages.map { "  \(printable($0))" }
        lines += verdict.restores.map {
            "entry \($0.sequence): \(printable($0.actor)) restored a backup at \(TimeText.instant($0.at))"
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
