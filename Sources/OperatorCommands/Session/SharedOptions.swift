import ArgumentParser

/// How results are shown.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON: one value, keys in alphabetical order.")
    var json = false
}

/// Which configuration is meant.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The configuration file.", discussion: "Default: BURSAR_CONFIG, else /etc/bursar/bursar.yaml."),
        completion: .configurationFiles)
    var config: String?
}

/// Which daemon is meant, and how its answer is shown.
struct DaemonOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The daemon's Unix socket.",
            discussion:
                "Default: BURSAR_SOCKET, else admin.socket of the configuration, else .run/bursar.sock here."
        ), completion: .file())
    var socket: String?

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var output: OutputOptions
}
