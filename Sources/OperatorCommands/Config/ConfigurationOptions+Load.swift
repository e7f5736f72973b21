import Config

extension ConfigurationOptions {
    /// The file that is meant; nil: the default one, which may be missing.
    func path(in session: Session) -> String? {
        config ?? session.environment["BURSAR_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The configuration that the daemon would read.
    func load(in session: Session) throws(CommandFailure) -> LoadedConfiguration {
        do {
            return try ConfigurationLoader(environment: session.environment).load(path: path(in: session))
        } catch {
            let count = error.errors.count
            throw CommandFailure(
                .configuration, "the configuration has \(count == 1 ? "an error" : "\(count) errors")",
                details: error.errors.map(\.description), hint: "correct it, then `bursarctl config check`")
        }
    }

    /// As `load`, for a value that has a default: a default file that is wrong or may not be read gives nil.
    func loadIfPresent(in session: Session) throws(CommandFailure) -> LoadedConfiguration? {
        guard path(in: session) == nil else { return try load(in: session) }
        return try? load(in: session)
    }
}
