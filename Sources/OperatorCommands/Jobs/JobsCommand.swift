import ArgumentParser

/// The noun `jobs`.
struct JobsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Lists and shows jobs.", subcommands: [JobsList.self, JobsShow.self])
}
