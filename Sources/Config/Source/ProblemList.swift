/// What was found wrong so far, over all sources.
struct ProblemList {
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationError] = []
    /// Keys whose value was refused: what follows from such a value is not complained about again.
    private(set) var refusedPaths: Set<String> = []
    /// A file could not be read to its end, so that nothing can be said about what is missing.
    var isIncomplete = false

    mutating func refuse(_ message: String, at origin: ConfigurationOrigin, hint: String? = nil, path: String? = nil) {
        errors.append(Self.error(message, at: origin, hint: hint))
        if let path { refusedPaths.insert(path) }
    }

    mutating func refuse(_ message: String, wholeFile file: String, hint: String? = nil) {
        errors.append(ConfigurationError(file: file, line: nil, column: nil, message: message, hint: hint))
        isIncomplete = true
    }

    /// Notes a key whose value was complained about where it was read.
    mutating func markRefused(_ path: String) {
        refusedPaths.insert(path)
    }

    mutating func warn(_ message: String, at origin: ConfigurationOrigin, hint: String? = nil) {
        warnings.append(Self.error(message, at: origin, hint: hint))
    }

    mutating func warn(_ message: String, wholeFile file: String, hint: String? = nil) {
        warnings.append(ConfigurationError(file: file, line: nil, column: nil, message: message, hint: hint))
    }

    /// The errors in the order of `files`, each once, the environment's last; nil when there is none.
    func sortedErrors(files: [String]) -> ConfigurationErrors? {
        guard !errors.isEmpty else { return nil }
        var sorted = Self.sorted(errors, files: files)
        if sorted.count > ConfigurationErrors.limit {
            let more = sorted.count - ConfigurationErrors.limit
            sorted = Array(sorted.prefix(ConfigurationErrors.limit))
            let last = sorted[sorted.count - 1]
            sorted.append(
                ConfigurationError(
                    file: last.file, line: last.line, column: last.column,
                    message: "and \(more) more errors after this",
                    hint: nil))
        }
        return ConfigurationErrors(errors: sorted)
    }

    func sortedWarnings(files: [String]) -> [ConfigurationError] {
        Self.sorted(warnings, files: files)
    }

    private static func sorted(_ problems: [ConfigurationError], files: [String]) -> [ConfigurationError] {
        let ranks = Dictionary(files.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<ConfigurationError> = []
        let once = problems.filter { seen.insert($0).inserted }
        return once.enumerated().sorted { left, right in
            func key(_ problem: ConfigurationError) -> (Int, Int, Int) {
                (ranks[problem.file] ?? files.count, problem.line ?? 0, problem.column ?? 0)
            }
            let (first, second) = (key(left.element), key(right.element))
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }

    private static func error(_ message: String, at origin: ConfigurationOrigin, hint: String?) -> ConfigurationError {
        switch origin {
        case .file(let file, let line, let column):
            ConfigurationError(file: file, line: line, column: column, message: message, hint: hint)
        case .environment(let variable):
            ConfigurationError(
                file: "environment variable \(variable)", line: nil, column: nil, message: message, hint: hint)
        case .builtIn:
            ConfigurationError(file: "default", line: nil, column: nil, message: message, hint: hint)
        }
    }
}
