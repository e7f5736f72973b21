import ArgumentParser

/// The noun `config`: what the configuration says. Needs no daemon, but for `diff` and `--online`.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Checks and shows the configuration.",
        subcommands: [ConfigCheck.self, ConfigShow.self, ConfigDiff.self])
}
