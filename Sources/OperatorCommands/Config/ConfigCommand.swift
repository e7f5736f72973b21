import ArgumentParser

/// The noun `config`: what the configuration says. Needs no daemon.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Checks and shows the configuration.",
        subcommands: [ConfigCheck.self, ConfigShow.self])
}
