import Logging

/// A field of the journal.
struct JournalField: Sendable, Hashable {
    let name: String
    let value: String
}

/// What a line becomes in the journal.
struct JournalFields: Sendable {
    /// Longer values are cut: the journal shall hold a line of everything rather than all of a mistake.
    static let valueBytesMax = 65_536
    static let nameBytesMax = 64
    /// The most fields made of metadata.
    static let metadataMax = 100

    /// The metadata keys whose fields are not their own names in capitals.
    private static let names = [
        "job": "BURSAR_JOB_ID", "run": "BURSAR_RUN_ID", "duration_us": "BURSAR_DURATION_USEC",
        "request": "BURSAR_REQUEST_ID", "generation": "BURSAR_CONFIG_GENERATION",
    ]
    private static let prefix = "BURSAR_"

    let identifier: String
    /// The MESSAGE_ID of an event's code.
    let messageID: @Sendable (String) -> String?

    /// The fields of one line.
    func fields(of record: LogRecord) -> [JournalField] {
        var fields = [
            JournalField(name: "MESSAGE", value: Self.cut(record.message)),
            JournalField(name: "PRIORITY", value: "\(record.level.priority)"),
            JournalField(name: "SYSLOG_IDENTIFIER", value: identifier),
            JournalField(name: "CODE_FILE", value: record.fileID),
            JournalField(name: "CODE_LINE", value: "\(record.line)"),
            JournalField(name: "CODE_FUNC", value: record.function),
        ]
        if let code = record.metadata["event"]?.text, let id = messageID(code) {
            fields.append(JournalField(name: "MESSAGE_ID", value: id))
        }
        if record.label != identifier, record.metadata["logger"] == nil {
            fields.append(JournalField(name: "BURSAR_LOGGER", value: record.label))
        }
        for (key, value) in record.sortedMetadata.prefix(Self.metadataMax) {
            fields.append(JournalField(name: Self.name(of: key), value: Self.cut(value.text)))
        }
        return fields
    }

    /// The field of a metadata key: capitals, digits and underscores, as the journal has it.
    static func name(of key: String) -> String {
        if let name = names[key] { return name }
        var name = prefix
        for scalar in key.unicodeScalars.prefix(nameBytesMax - prefix.count) {
            switch scalar {
            case "A"..."Z", "0"..."9": name.unicodeScalars.append(scalar)
            case "a"..."z": name += scalar.properties.uppercaseMapping
            default: name += "_"
            }
        }
        return name == prefix ? prefix + "UNNAMED" : name
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > valueBytesMax else { return text }
        var kept = ""
        var count = 0
        for character in text.unicodeScalars {
            count += UTF8.width(character)
            if count > valueBytesMax { break }
            kept.unicodeScalars.append(character)
        }
        return kept + "… (\(text.utf8.count) bytes)"
    }
}
