import ArgumentParser

/// The noun `cron`: what an expression means. Needs no daemon.
struct CronCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron", abstract: "Says when a cron expression fires.",
        subcommands: [CronNext.self, CronExplain.self])
}
