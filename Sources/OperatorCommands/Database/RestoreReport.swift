import AdminAPI
import Audit

/// What a restore would do, or did.
struct RestoreReport: Sendable, Encodable {
    private let file: String
    private let sha256: String
    private let schemaVersion: Int
    private let auditSequence: IntegerText
    private let isRestored: Bool
    private let plan: RestorePlan?
    private let auditBreak: String?

    /// Whether nothing is wrong with what is there now.
    var isSound: Bool { auditBreak == nil }

    /// A plan, which was not carried out.
    init(_ archive: BackupArchive, plan: RestorePlan) {
        self.init(archive, isRestored: false, plan: plan, auditBreak: nil)
    }

    /// A restore that was carried out, and what a verification of the audit found afterwards.
    init(_ archive: BackupArchive, verdict: AuditVerdict) {
        self.init(archive, isRestored: true, plan: nil, auditBreak: verdict.breakage?.detail)
    }

    private init(_ archive: BackupArchive, isRestored: Bool, plan: RestorePlan?, auditBreak: String?) {
        file = archive.path
        sha256 = archive.digest.text
        schemaVersion = archive.schemaVersion
        auditSequence = IntegerText(archive.head.sequence)
        self.isRestored = isRestored
        self.plan = plan
        self.auditBreak = auditBreak
    }

    private enum CodingKeys: String, CodingKey {
        case file, sha256, plan
        case schemaVersion = "schema_version"
        case auditSequence = "audit_sequence"
        case isRestored = "restored"
        case auditBreak = "audit_break"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(sha256, forKey: .sha256)
        try container.encode(schemaVersion, forKey: .schemaVersion)
        try container.encode(auditSequence, forKey: .auditSequence)
        try container.encode(isRestored, forKey: .isRestored)
        try container.encode(plan, forKey: .plan)
        try container.encode(auditBreak, forKey: .auditBreak)
    }

    func text(for stream: TextStream) -> String {
        var facts = Facts()
        facts.add("backup", printable(file))
        facts.add("sha256", sha256)
        facts.add("holds", "schema \(schemaVersion), the audit to entry \(auditSequence)")
        var text = facts.text(for: stream)
        if let plan {
            text += plan.text(for: stream)
            text += "nothing was changed; to replace all of this add --apply \(plan.digest)\n"
        }
        guard isRestored else { return text }
        text += stream.styled("restored", .green) + ", and written down in the audit\n"
        if let auditBreak {
            text += stream.styled("the audit in the backup was changed: \(printable(auditBreak))", .red) + "\n"
        } else {
            text += "the audit in it is whole\n"
        }
        return text
            + "next: bursarctl migrate, compare with the providers what moved since the backup, start the daemon\n"
    }
}
