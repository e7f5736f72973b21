import Logging

extension Event {
    package static let auditEvents: [Event] = [
        .auditKeyMade, .auditKeyMismatch, .auditAnchorWritten, .auditAnchorFailed, .auditBroken,
    ]

    package static let auditKeyMade = Event(
        "BRS-6101", "audit-key-made", .notice, id: "d5e97619142e524fbca456965cf57dd7",
        summary: "A key for the audit trail was made")

    package static let auditKeyMismatch = Event(
        "BRS-6102", "audit-key-mismatch", .critical, id: "d52dc3481a0027f31b42917973c16fd5",
        summary: "The audit trail was written with another key")

    package static let auditAnchorWritten = Event(
        "BRS-6103", "audit-anchor-written", .info, id: "d364128247900aa54355e22580351174",
        summary: "The head of the audit trail was signed and written down")

    package static let auditAnchorFailed = Event(
        "BRS-6104", "audit-anchor-failed", .error, id: "554f9f74e1bc8f6080fbdfbd7c9e17fe",
        summary: "The head of the audit trail could not be written down")

    package static let auditBroken = Event(
        "BRS-6105", "audit-broken", .critical, id: "467903cea013bfdf3c0485d183778555",
        summary: "The audit trail is broken: somebody changed history")
}
