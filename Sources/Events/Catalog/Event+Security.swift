import Logging

extension Event {
    package static let securityEvents: [Event] = [
        .mutation, .plainSecretInEnvironment, .credentialUnreadable,
    ]

    package static let mutation = Event(
        "BRS-6001", "mutation", .notice, id: "c54fa8d756789d2eb8fa0951705ca482",
        summary: "A person changed something")

    package static let plainSecretInEnvironment = Event(
        "BRS-6002", "plain-secret-in-environment", .warning, id: "168322344c18a3750fe124aeca9f3437",
        summary: "A secret stands in the environment in plain text")

    package static let credentialUnreadable = Event(
        "BRS-6003", "credential-unreadable", .error, id: "2177b76ad827bb9dc2dffc34d93372fb",
        summary: "A credential is there but cannot be read")
}
