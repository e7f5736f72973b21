import ArgumentParser

/// The noun `db`. Needs no daemon.
struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Tells where the database is.", subcommands: [DatabaseURLCommand.self])
}

/// Which cluster is meant, when it is not the configured one.
struct StateDirectoryOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The embedded database of the daemon with this state directory.", valueName: "dir"))
    var stateDirectory: String?
}
