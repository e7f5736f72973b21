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
