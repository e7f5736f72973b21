import ArgumentParser

/// The noun `queues`.
struct QueuesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues", abstract: "Shows the queue of each kind of job, holds one, lets it go.",
        subcommands: [QueuesList.self, QueuesPause.self, QueuesResume.self], defaultSubcommand: QueuesList.self)
}
