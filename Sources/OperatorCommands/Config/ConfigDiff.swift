import AdminAPI
import ArgumentParser
import Config

/// `config diff`: what a reload would change, before it does.
struct ConfigDiff: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Shows what a reload would change: the files against the running daemon.",
        discussion: """
            The daemon's own files are read unless --config or BURSAR_CONFIG names another one; what the daemon's
            environment overrides stays as it is. A hidden part of a secret is not compared: only a reload sees it.
            Exit status, as of diff(1): 0 the same, 1 different; then 69 no daemon, 78 the files are wrong.
            """)

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let running = try await daemon.withClient(in: session) { client in
            try await client.get(AdminPath.configuration, as: ConfigurationAnswer.self)
        }
        let comparison = try PendingConfiguration(
            running, path: daemon.configuration.path(in: session)
        ).comparison()
        let stream = session.terminal.output
        if wantsJSON {
            try stream.json(comparison)
        } else {
            try session.terminal.error.write(comparison.remarks(for: session.terminal.error))
            try stream.write(comparison.text(for: stream))
        }
        return comparison.changes.isEmpty ? .success : .bad
    }
}

/// The files on disk, read as the running daemon would read them now.
struct PendingConfiguration {
    private let running: ConfigurationAnswer
    private let path: String?

    private static let environmentWord = "environment "

    /// - Parameter path: the file that is meant; nil: the daemon's.
    init(_ running: ConfigurationAnswer, path: String?) {
        self.running = running
        self.path = path ?? Self.mainFile(of: running.files)
    }

    /// The differences; throws what is wrong with the files.
    func comparison() throws(CommandFailure) -> ConfigurationComparison {
        let loaded: LoadedConfiguration
        do {
            loaded = try ConfigurationLoader(environment: environment, knownKinds: Set(running.kinds)).load(path: path)
        } catch {
            throw CommandFailure(
                .configuration, "a reload would be refused", details: error.errors.map(\.description),
                hint: "correct the files; generation \(running.generation) holds as before")
        }
        return ConfigurationComparison(running: running, loaded: loaded)
    }

    /// What the daemon was started with, as far as its rows tell: a reload reads the same variables again.
    private var environment: [String: String] {
        var environment: [String: String] = [:]
        for row in running.rows where row.origin.hasPrefix(Self.environmentWord) {
            environment[String(row.origin.dropFirst(Self.environmentWord.count))] = row.value
        }
        return environment
    }

    /// The file that the drop-ins lie beside.
    private static func mainFile(of files: [String]) -> String? {
        guard let first = files.first else { return nil }
        guard let directory = first.lastIndex(of: "/"), first[..<directory].hasSuffix(".yaml.d") else { return first }
        let main = String(first[..<directory].dropLast(2))
        // Drop-ins alone are read beside a default file that is missing; a named one would have to be there.
        return main == ConfigurationLoader.defaultPath ? nil : main
    }
}

/// What a reload would change.
struct ConfigurationComparison: Encodable {
    let generation: Int
    let files: [String]
    let changes: [ConfigurationChange]
    let warnings: [ConfigurationComplaint]

    init(running: ConfigurationAnswer, loaded: LoadedConfiguration) {
        generation = running.generation
        files = loaded.sources
        warnings = loaded.warnings.map(ConfigurationComplaint.init)
        let before = Dictionary(running.rows.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first })
        let here = Set(loaded.rows.map(\.path))
        let changed = loaded.rows.filter { before[$0.path] != $0.value.description }
            .map { Self.change($0.path, old: before[$0.path], new: $0.value.description) }
        let gone = running.rows.filter { !here.contains($0.path) }
            .map { Self.change($0.path, old: $0.value, new: nil) }
        changes = changed + gone
    }

    private static func change(_ path: String, old: String?, new: String?) -> ConfigurationChange {
        let effect: ConfigurationChange.Effect =
            switch ConfigurationDifference.effect(of: path) {
            case .now: .now
            case .restart: .restart
            }
        return ConfigurationChange(path: path, old: old, new: new, effect: effect)
    }

    /// Warnings about the files, for standard error.
    func remarks(for stream: TextStream) -> String {
        warnings.map { stream.styled("warning: ", .yellow) + printable($0.description) + "\n" }.joined()
    }

    func text(for stream: TextStream) -> String {
        guard !changes.isEmpty else {
            let read = files.isEmpty ? "no file, all defaults" : files.joined(separator: ", ")
            return stream.styled("the same", .green) + ": \(printable(read)) and generation \(generation)\n"
        }
        return Table(changes).text(for: stream) + "\n`bursarctl reload` applies this\n"
    }
}

extension ConfigurationComplaint {
    /// An error or a warning of the configuration on the wire.
    init(_ error: ConfigurationError) {
        self.init(
            file: error.file, line: error.line, column: error.column, message: error.message, hint: error.hint)
    }
}
