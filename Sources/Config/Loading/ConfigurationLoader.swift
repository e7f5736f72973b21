/// Reads a configuration from a file, its drop-ins and variables, and reports everything that is wrong at once.
package struct ConfigurationLoader: Sendable {
    /// Where the file is unless it is named.
    package static let defaultPath = "/etc/bursar/bursar.yaml"

    private let environment: [String: String]
    private let knownKinds: Set<String>?
    private let batchedKinds: Set<String>
    private let defaultPath: String

    /// - Parameters:
    ///   - environment: the variables that override the files; pass the process's own.
    ///   - knownKinds: the job kinds of this build; a schedule of another one gets a warning, limits of one are
    ///     refused. Nil: not checked.
    ///   - batchedKinds: those whose jobs are taken by the batch, so that limits of one are refused.
    ///   - defaultPath: read when no path is named; it may be missing.
    package init(
        environment: [String: String], knownKinds: Set<String>? = nil, batchedKinds: Set<String> = [],
        defaultPath: String = Self.defaultPath
    ) {
        self.environment = environment
        self.knownKinds = knownKinds
        self.batchedKinds = batchedKinds
        self.defaultPath = defaultPath
    }

    /// Reads `path` and then `<path>.d/*.yaml` in the order of their names. A file that is named must exist; without a
    /// name the default path is read, and the defaults hold where it is missing.
    package func load(path: String?) throws(ConfigurationErrors) -> LoadedConfiguration {
        var problems = ProblemList()
        var sources: [ConfigurationSource] = []
        let file = path ?? defaultPath
        var files = [file]
        do {
            sources.append(try ConfigurationFiles.source(file))
        } catch {
            if path != nil || !error.isMissing { problems.refuse(error.message, wholeFile: file, hint: error.hint) }
        }
        do {
            let found = try ConfigurationFiles.dropIns(of: file)
            files += found.paths
            for dropIn in found.passedOver {
                problems.warn("not read", wholeFile: dropIn, hint: "rename it to end in .yaml")
            }
            for dropIn in found.paths { read(dropIn, into: &sources, problems: &problems) }
        } catch {
            let directory = ConfigurationFiles.dropInDirectory(of: file)
            files.append(directory)
            problems.refuse(error.message, wholeFile: directory, hint: error.hint)
        }
        return try load(sources, files: files, problems: problems)
    }

    private func read(_ dropIn: String, into sources: inout [ConfigurationSource], problems: inout ProblemList) {
        do {
            sources.append(try ConfigurationFiles.source(dropIn))
        } catch {
            problems.refuse(error.message, wholeFile: dropIn, hint: error.hint)
        }
    }

    /// Reads one text under the name of a file that is not touched.
    package func load(text: String, file: String) throws(ConfigurationErrors) -> LoadedConfiguration {
        try load(sources: [ConfigurationSource(file: file, text: text)])
    }

    /// Reads sources in order, a later one over an earlier one, without touching a file.
    package func load(sources: [ConfigurationSource]) throws(ConfigurationErrors) -> LoadedConfiguration {
        try load(sources, files: sources.map(\.file), problems: ProblemList())
    }

    private func load(
        _ sources: [ConfigurationSource], files: [String], problems: ProblemList
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        var problems = problems
        let variables = EnvironmentLayer(environment, problems: &problems)
        var merged = variables.ambient
        for source in sources {
            merged.merge(Self.layer(of: source, problems: &problems))
        }
        merged.merge(variables.overriding)
        var resolver = Resolution(
            merged, knownKinds: knownKinds, batchedKinds: batchedKinds, problems: problems)
        resolver.resolve()
        resolver.checkModes(of: sources)
        if let errors = resolver.problems.sortedErrors(files: files) { throw errors }
        return LoadedConfiguration(
            configuration: resolver.configuration, rows: resolver.rows, sources: sources.map(\.file),
            warnings: resolver.problems.sortedWarnings(files: files))
    }

    private static func layer(of source: ConfigurationSource, problems: inout ProblemList) -> Layer {
        switch SourceText.read(source.bytes) {
        case .failure(.wholeFile(let message, let hint)):
            problems.refuse(message, wholeFile: source.file, hint: hint)
        case .failure(.characters(let complaints)):
            for complaint in complaints {
                let origin = ConfigurationOrigin.file(
                    source.file, line: complaint.mark.line, column: complaint.mark.column)
                problems.refuse(complaint.message, at: origin, hint: complaint.hint)
            }
            problems.isIncomplete = true
        case .success(let text):
            guard let root = YAMLReader.read(text, file: source.file, problems: &problems) else { return Layer() }
            var decoder = LayerDecoder(file: source.file, text: text, problems: problems)
            decoder.decode(root)
            problems = decoder.problems
            return decoder.layer
        }
        return Layer()
    }
}
