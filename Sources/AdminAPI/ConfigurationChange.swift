package import Primitives

/// A key whose value differs between two configurations.
package struct ConfigurationChange: Sendable, Hashable, Codable {
    /// When the new value begins to hold.
    package enum Effect: String, Sendable, Hashable, Codable, CaseIterable {
        case now
        /// After the daemon was started again.
        case restart
        /// Not at all: something that was said at run time goes before the file.
        case kept
    }

    /// The key with its sections, such as `engine.workers`.
    package var path: String
    /// As the file would say it, secrets hidden; null where there was no such key.
    @Nullable package var old: String?
    /// As the file would say it, secrets hidden; null where there is no such key any more.
    @Nullable package var new: String?
    package var effect: Effect

    private enum CodingKeys: String, CodingKey {
        case path, old, new, effect
    }

    package init(path: String, old: String?, new: String?, effect: Effect) {
        self.path = path
        self.old = old
        self.new = new
        self.effect = effect
    }
}

/// The configuration that a daemon runs with.
package struct ConfigurationAnswer: Sendable, Hashable, Codable {
    /// One key of it.
    package struct Row: Sendable, Hashable, Codable {
        package var path: String
        /// As the file would say it, secrets hidden.
        package var value: String
        /// `default`, `file:line:column` or `environment VARIABLE`.
        package var origin: String

        private enum CodingKeys: String, CodingKey {
            case path, value, origin
        }

        package init(path: String, value: String, origin: String) {
            self.path = path
            self.value = value
            self.origin = origin
        }
    }

    /// It grows by one with each reload that is applied.
    package var generation: Int
    package var loadedAt: Instant
    package var rows: [Row]
    /// The files that were read, in order.
    package var files: [String]
    /// The job kinds of the daemon's build, sorted.
    package var kinds: [String]

    private enum CodingKeys: String, CodingKey {
        case generation
        case loadedAt = "loaded_at"
        case rows, files, kinds
    }

    package init(generation: Int, loadedAt: Instant, rows: [Row], files: [String], kinds: [String]) {
        self.generation = generation
        self.loadedAt = loadedAt
        self.rows = rows
        self.files = files
        self.kinds = kinds
    }
}
