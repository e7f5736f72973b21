import Logging

// Of persons and secrets.
extension Event {
    static let securityEvents: [Event] = [
        .mutation, .plainSecretInEnvironment, .credentialUnreadable,
    ]

    package static let mutation = Event(
        "BRS-6001", "mutation", .notice, id: "c54fa8d756789d2eb8fa0951705ca482",
        summary: "A person changed something",
        meaning: """
            A person changed something through the command line or the API: the message
            says what. The same stands in the audit trail, written in the transaction of
            the change itself.
            """,
        impact: """
            As the change says. It is in force already.
            """,
        diagnosis: """
            What it was before and after, and the reason given:
              bursarctl audit list
              bursarctl logs --actor @BURSAR_ACTOR@ --since today
            """,
        action: """
            Nothing if it was meant. If it was not, take it back with the opposite command
            and a reason (pause and resume, disable and enable, cancel and retry), and ask
            the person:
              bursarctl schedules list
              bursarctl jobs list
            """)

    package static let plainSecretInEnvironment = Event(
        "BRS-6002", "plain-secret-in-environment", .warning, id: "168322344c18a3750fe124aeca9f3437",
        summary: "A secret stands in the environment in plain text",
        meaning: """
            A secret was given to the daemon as the plain value of an environment
            variable; the message names the variable, never the value. It works, but
            whoever may see the environment of the process sees the secret.
            """,
        impact: """
            Nothing fails. The secret can leak through `systemctl show`, /proc, crash
            reports and the unit file.
            """,
        diagnosis: """
            Where it comes from:
              systemctl show bursard -p Environment,EnvironmentFiles
              systemctl cat bursard
            """,
        action: """
            Give it as a credential instead, take the variable away, and make a new
            secret, since the old one was readable:
              systemd-creds encrypt --name=NAME - /etc/credstore.encrypted/NAME
              systemctl edit bursard
              systemctl restart bursard
            """)

    package static let credentialUnreadable = Event(
        "BRS-6003", "credential-unreadable", .error, id: "2177b76ad827bb9dc2dffc34d93372fb",
        summary: "A credential is there but cannot be read",
        meaning: """
            A credential of the service is there but could not be read: its owner, its
            mode, its size or its encryption is wrong. The message has the path and the
            reason.
            """,
        impact: """
            What needs the secret does not start, or the daemon is not ready. No other
            value is used in its place.
            """,
        diagnosis: """
            What the service manager was told, and what lies there:
              systemctl show bursard -p LoadCredential,LoadCredentialEncrypted
              ls -l /etc/bursar/credentials /etc/credstore.encrypted
            """,
        action: """
            Make the file readable for root alone, or encrypt it anew if the host's key
            changed; then restart:
              chmod 0600 /etc/bursar/credentials/NAME
              systemctl restart bursard
            """)
}
