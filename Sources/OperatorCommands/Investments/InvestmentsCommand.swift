import ArgumentParser

/// The noun `investments`.
struct InvestmentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "investments", abstract: "Explains amounts and prints the results of runs.",
        subcommands: [InvestmentsExplain.self, InvestmentsResults.self])
}
