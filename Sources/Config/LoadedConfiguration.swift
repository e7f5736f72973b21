/// A configuration without an error, and where it came from.
package struct LoadedConfiguration: Sendable {
    package let configuration: Configuration
    /// Every key with its value and origin: the settings as the reference file orders them, then the schedules by name.
    package let rows: [ConfigurationRow]
    /// The files that were read, in order.
    package let sources: [String]
    package let warnings: [ConfigurationError]
}

/// A key, its value and where that came from. A secret's value is shown with the secret hidden.
package struct ConfigurationRow: Sendable, Hashable {
    package let path: String
    package let value: ConfigurationValue
    package let origin: ConfigurationOrigin
}

extension ConfigurationRow: Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, value, origin
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(value, forKey: .value)
        try container.encode(origin.description, forKey: .origin)
    }
}

/// A key whose value differs between two configurations; nil where one of them has no such key.
package struct ConfigurationChange: Sendable, Hashable {
    package let path: String
    package let before: ConfigurationValue?
    package let after: ConfigurationValue?
}

extension LoadedConfiguration {
    /// What differs from `earlier`, in the order of this one's rows, then what is gone.
    ///
    /// A changed secret is told by its path; both values show it hidden.
    package func changes(since earlier: LoadedConfiguration) -> [ConfigurationChange] {
        let before = Dictionary(uniqueKeysWithValues: earlier.rows.map { ($0.path, $0.value) })
        let here = Set(rows.map(\.path))
        var changes = rows.compactMap { row in
            let hasNewURL =
                row.path == "database.url" && configuration.database.url != earlier.configuration.database.url
            return before[row.path] == row.value && !hasNewURL
                ? nil : ConfigurationChange(path: row.path, before: before[row.path], after: row.value)
        }
        for row in earlier.rows where !here.contains(row.path) {
            changes.append(ConfigurationChange(path: row.path, before: row.value, after: nil))
        }
        return changes
    }
}
