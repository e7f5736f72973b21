import ArgumentParser

/// The noun `jobs`.
struct JobsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Lists and explains jobs, tries them again, ends them.",
        subcommands: [JobsList.self, JobsShow.self, JobsExplain.self, JobsRetry.self, JobsCancel.self])
}
