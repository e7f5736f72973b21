import ArgumentParser

/// The noun `runs`.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "Lists, shows and follows runs.",
        subcommands: [RunsList.self, RunsShow.self, RunsWatch.self])
}
