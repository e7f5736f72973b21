/// What differs between two configurations, and when each difference begins to hold in a running daemon.
package struct ConfigurationDifference: Sendable, Hashable {
    /// When a new value begins to hold.
    package enum Effect: String, Sendable, Hashable {
        /// With the reload.
        case now
        /// After the daemon was started again.
        case restart
    }

    /// The key with its sections, such as `engine.workers`.
    package let path: String
    /// Nil where the old configuration has no such key. A secret is hidden.
    package let old: ConfigurationValue?
    /// Nil where the new configuration has no such key. A secret is hidden.
    package let new: ConfigurationValue?
    package let effect: Effect
    /// A secret differs in what is hidden, so that both values may look alike.
    package let isHidden: Bool

    /// The keys whose effective values differ, wherever these come from, in the order of the new rows; then what is
    /// gone.
    package static func between(old: LoadedConfiguration, new: LoadedConfiguration) -> [ConfigurationDifference] {
        let before = Dictionary(uniqueKeysWithValues: old.rows.map { ($0.path, $0.value) })
        let here = Set(new.rows.map(\.path))
        let secrets = changedSecrets(old.configuration, new.configuration)
        var differences = new.rows.filter { before[$0.path] != $0.value || secrets.contains($0.path) }.map { row in
            ConfigurationDifference(
                path: row.path, old: before[row.path], new: row.value, effect: effect(of: row.path),
                isHidden: secrets.contains(row.path))
        }
        for row in old.rows where !here.contains(row.path) {
            differences.append(
                ConfigurationDifference(
                    path: row.path, old: row.value, new: nil, effect: effect(of: row.path), isHidden: false))
        }
        return differences
    }

    /// When a new value of the key at `path` begins to hold; schedules do at once.
    package static func effect(of path: String) -> Effect {
        Settings.byPath[path]?.waitsForRestart == true ? .restart : .now
    }

    /// Whether the value of the key at `path` is never shown as it was written.
    package static func isSecret(_ path: String) -> Bool {
        Settings.byPath[path]?.isSecret == true
    }

    private static func changedSecrets(_ old: Configuration, _ new: Configuration) -> Set<String> {
        Set(
            Settings.all.filter { setting in
                setting.secretText.map { $0(old) != $0(new) } ?? false
            }.map(\.path))
    }
}
