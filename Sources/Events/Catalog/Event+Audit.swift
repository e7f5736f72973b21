import Logging

// Of the audit trail.
extension Event {
    static let auditEvents: [Event] = [
        .auditKeyMade, .auditKeyMismatch, .auditAnchorWritten, .auditAnchorFailed, .auditBroken,
    ]

    package static let auditKeyMade = Event(
        "BRS-6101", "audit-key-made", .notice, id: "d5e97619142e524fbca456965cf57dd7",
        summary: "A key for the audit trail was made",
        meaning: """
            There was no key for the audit trail, so one was made. It seals every entry to
            the one before it: whoever has no key cannot rewrite history unseen.
            """,
        impact: """
            From now on the trail can be verified only with this key. Lost, the entries
            stay readable, but nothing proves them any more.
            """,
        diagnosis: """
            Where it lies stands in the message; without a credential, in the state
            directory. Whether the trail holds with it:
              ls -l /var/lib/bursar/audit.key
              bursarctl audit verify
            """,
        action: """
            Copy the key to a safe place away from this machine and from the database,
            now. All daemons on one database need the same key.
              bursarctl backup --help
            """)

    package static let auditKeyMismatch = Event(
        "BRS-6102", "audit-key-mismatch", .critical, id: "d52dc3481a0027f31b42917973c16fd5",
        summary: "The audit trail was written with another key",
        meaning: """
            The trail in the database was sealed with another key than the one this daemon
            has: a machine got a key of its own, a key was replaced, or the database was
            restored beside another key.
            """,
        impact: """
            Jobs run. But what a person changes through this daemon is refused, since no
            entry of it would fit. The trail cannot be verified with this key.
            """,
        diagnosis: """
            Which key fits: try it with the key of each machine:
              bursarctl audit verify
              bursarctl audit list
            """,
        action: """
            Bring the right key to this machine, from the safe copy or from the machine
            that made it, then restart. Never make a new key to be rid of this.
              systemctl restart bursard
              bursarctl audit verify
            """)

    package static let auditAnchorWritten = Event(
        "BRS-6103", "audit-anchor-written", .info, id: "d364128247900aa54355e22580351174",
        summary: "The head of the audit trail was signed and written down",
        meaning: """
            The head of the audit trail, signed, was written to the journal and to a file.
            Whoever changes the trail later must change these places too.
            """,
        impact: """
            None: this is how it should be, once a minute while there is something new.
            """,
        diagnosis: """
            The last anchors, and whether the trail still fits them:
              bursarctl logs --event BRS-6103 --since today
              bursarctl audit verify
            """,
        action: """
            Nothing to do. An anchor is worth most on another machine: forward the
            journal, or copy the anchor file, regularly.
              journalctl -u bursard BURSAR_EVENT=BRS-6103 -n 1 -o json-pretty
            """)

    package static let auditAnchorFailed = Event(
        "BRS-6104", "audit-anchor-failed", .error, id: "554f9f74e1bc8f6080fbdfbd7c9e17fe",
        summary: "The head of the audit trail could not be written down",
        meaning: """
            The signed head of the audit trail could not be read or written: the database
            is away, or the disk of the state directory is full or read-only.
            """,
        impact: """
            Entries are still made and sealed. What came since the last anchor could be
            cut off unseen by somebody with the key.
            """,
        diagnosis: """
            The error in the entry, and the disk:
              bursarctl logs --event BRS-6104 --since 1h
              df -h /var/lib/bursar
            """,
        action: """
            Make room, or mend the permissions of the directory; the next minute writes
            the anchor again.
              bursarctl doctor
            """)

    package static let auditBroken = Event(
        "BRS-6105", "audit-broken", .critical, id: "467903cea013bfdf3c0485d183778555",
        summary: "The audit trail is broken: somebody changed history",
        meaning: """
            The audit trail does not fit its seals: an entry was changed, removed or put
            in between, or the trail is shorter than an anchor says. The message names the
            first place that is wrong.
            """,
        impact: """
            From that place on nothing proves who did what. Treat the database as touched
            by somebody, until a restored backup is found to be the cause.
            """,
        diagnosis: """
            The first break, what stands around it, and who was in the database:
              bursarctl audit verify
              bursarctl audit list
              psql "$(bursarctl db url)" -c "select usename, client_addr, backend_start, application_name from \
            pg_stat_activity"
            """,
        action: """
            Change nothing and do not try to mend the trail. Hold what moves money, keep
            the journal and a copy of the database as they are, and call whoever is
            responsible for security.
              bursarctl schedules pause --help
              bursarctl backup --help
            """)
}
