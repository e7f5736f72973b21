import ArgumentParser

/// The noun `audit`.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Lists who changed what, and verifies that nothing of it was touched.",
        subcommands: [AuditList.self, AuditVerify.self])
}
