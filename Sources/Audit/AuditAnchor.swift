package import Primitives

/// The end of the chain at a moment, signed, for keeping outside the database: one line of text.
package struct AuditAnchor: Sendable, Hashable {
    package let sequence: Int64
    package let at: Instant
    /// The code of the entry with that number; zeros before the first.
    package let mac: [UInt8]
    /// The daemon that signed: its host and process, such as `pay1.example/812`.
    package let daemon: String
    /// Of the key that signed.
    package let fingerprint: String
    private let signature: [UInt8]

    /// Signs the end of the chain.
    package init(head: AuditHead, at: Instant, daemon: String, key: AuditKey) {
        sequence = head.sequence
        self.at = at
        mac = head.mac
        self.daemon = Self.word(daemon)
        fingerprint = key.fingerprint
        signature = key.mac(
            of: Self.signedBytes(
                sequence: head.sequence, at: at, mac: head.mac, daemon: Self.word(daemon),
                fingerprint: key.fingerprint))
    }

    /// Whether this key signed these very values.
    package func isGenuine(_ key: AuditKey) -> Bool {
        let bytes = Self.signedBytes(sequence: sequence, at: at, mac: mac, daemon: daemon, fingerprint: fingerprint)
        return key.fingerprint == fingerprint && key.isMac(signature, of: bytes)
    }

    private static func signedBytes(
        sequence: Int64, at: Instant, mac: [UInt8], daemon: String, fingerprint: String
    ) -> [UInt8] {
        var bytes = FieldBytes(label: "bursar audit anchor 1")
        bytes.append(number: sequence)
        bytes.append(number: at.microseconds)
        bytes.append(mac)
        bytes.append(Array(daemon.utf8))
        bytes.append(Array(fingerprint.utf8))
        return bytes.bytes
    }

    /// A daemon's name as a line can hold it.
    private static func word(_ text: String) -> String {
        let word = text.unicodeScalars.prefix(daemonMax).map { scalar -> Character in
            scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F ? Character(scalar) : "?"
        }
        return word.isEmpty ? "?" : String(word)
    }
}

// MARK: Text

extension AuditAnchor {
    /// What a line begins with, whatever a log put before it.
    static let heading = "bursar-audit-anchor-1"
    private static let daemonMax = 255
    private static let names = ["sequence", "at", "mac", "daemon", "key", "signature"]

    /// One line, without its end.
    package var line: String {
        let values = [
            "\(sequence)", at.rfc3339, Hexadecimal.text(mac), daemon, fingerprint, Hexadecimal.text(signature),
        ]
        return ([Self.heading] + zip(Self.names, values).map { "\($0)=\($1)" }).joined(separator: " ")
    }

    /// Reads a line, whatever a log put around the anchor; says nothing about whether it is genuine.
    package init(line: some StringProtocol) throws(AuditAnchorError) {
        let words = line.split(separator: " ").map { String($0) }.drop { !$0.hasSuffix(Self.heading) }
        guard !words.isEmpty else { throw AuditAnchorError(reason: "it does not begin with \(Self.heading)") }
        guard words.count > Self.names.count else {
            throw AuditAnchorError(reason: "it has \(words.count - 1) values instead of \(Self.names.count)")
        }
        var values: [String] = []
        for (word, name) in zip(words.dropFirst(), Self.names) {
            guard word.hasPrefix(name + "=") else {
                throw AuditAnchorError(reason: "\"\(word.prefix(40))\" stands where \(name)= should")
            }
            values.append(String(word.dropFirst(name.count + 1)))
        }
        func need<T>(_ value: T?, _ index: Int, _ expected: String) throws(AuditAnchorError) -> T {
            guard let value else {
                throw AuditAnchorError(
                    reason: "\(Self.names[index])=\(values[index].prefix(80)) is not \(expected)")
            }
            return value
        }
        sequence = try need(Int64(values[0]).flatMap { $0 >= 0 ? $0 : nil }, 0, "a number of 0 or more")
        at = try need(Instant(rfc3339: values[1]), 1, "an RFC 3339 time")
        mac = try need(Hexadecimal.bytes(values[2]).flatMap { $0.count == 32 ? $0 : nil }, 2, "64 hexadecimal digits")
        let isName = !values[3].isEmpty && values[3].utf8.count <= Self.daemonMax
        daemon = try need(isName ? values[3] : nil, 3, "a daemon's name")
        fingerprint = try need(
            Hexadecimal.bytes(values[4]).flatMap { $0.count == 8 ? values[4] : nil }, 4, "16 hexadecimal digits")
        signature = try need(
            Hexadecimal.bytes(values[5]).flatMap { $0.count == 32 ? $0 : nil }, 5, "64 hexadecimal digits")
    }
}

/// Why a line is no anchor.
package struct AuditAnchorError: Error, Sendable, Hashable, CustomStringConvertible {
    package let reason: String

    package var description: String { "this line is no anchor: \(reason)" }
}
