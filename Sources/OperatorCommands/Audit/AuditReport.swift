import AdminAPI
import Audit
import Primitives

/// What a verification found, as `--json` shows it.
struct AuditReport: Encodable {
    private let intact: Bool
    /// How many, from the first, are as they were signed.
    private let entries: IntegerText
    @Nullable private var firstBreak: Break?
    /// The fingerprints of the keys that were given.
    private let keys: [String]
    private let anchors: Anchors
    @Nullable private var newestAnchor: Anchor?
    /// Entries that are newer than the newest anchor.
    private let beyondAnchor: IntegerText
    private let restores: [Restore]
    /// What the verification does not prove.
    private let limits: [String]

    private enum CodingKeys: String, CodingKey {
        case intact, entries, keys, anchors, restores, limits
        case firstBreak = "first_break"
        case newestAnchor = "newest_anchor"
        case beyondAnchor = "beyond_anchor"
    }

    private struct Break: Codable, Hashable {
        let kind: String
        let sequence: IntegerText
        let detail: String
    }

    private struct Anchors: Encodable {
        let held: Int
        let setBack: Int
        let ofOtherKeys: Int
        let unreadable: Int
        let damages: [String]

        private enum CodingKeys: String, CodingKey {
            case held, unreadable, damages
            case setBack = "set_back"
            case ofOtherKeys = "of_other_keys"
        }
    }

    private struct Anchor: Codable, Hashable {
        let sequence: IntegerText
        let at: Instant
        let daemon: String
    }

    private struct Restore: Encodable {
        let sequence: IntegerText
        let at: Instant
        let actor: String
    }

    init(_ verdict: AuditVerdict, keys: [AuditKey], damages: [String]) {
        intact = verdict.breakage == nil
        entries = IntegerText(verdict.entries)
        firstBreak = verdict.breakage.map {
            Break(kind: $0.kind.rawValue, sequence: IntegerText($0.sequence), detail: $0.detail)
        }
        self.keys = keys.map(\.fingerprint)
        anchors = Anchors(
            held: verdict.anchors.held, setBack: verdict.anchors.setBack, ofOtherKeys: verdict.anchors.ofOtherKeys,
            unreadable: verdict.anchors.unreadable, damages: damages)
        newestAnchor = verdict.newestAnchor.map {
            Anchor(sequence: IntegerText($0.sequence), at: $0.at, daemon: $0.daemon)
        }
        beyondAnchor = IntegerText(verdict.beyondAnchor)
        restores = verdict.restores.map {
            Restore(sequence: IntegerText($0.sequence), at: $0.at, actor: $0.actor)
        }
        limits = verdict.limits
    }
}
