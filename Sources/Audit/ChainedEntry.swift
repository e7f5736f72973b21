import Primitives

/// An entry as the database holds it: the bytes that its code covers, true or not.
///
/// Everything is optional and unread, so that whatever an intruder wrote can still be looked at.
package struct ChainedEntry: Sendable, Hashable {
    package var sequence: Int64
    /// Microseconds since 1970.
    package var at: Int64
    package var actor: [UInt8]?
    package var uid: Int64?
    package var channel: [UInt8]?
    package var action: [UInt8]?
    package var subject: [UInt8]?
    package var reason: [UInt8]?
    package var before: [UInt8]?
    package var after: [UInt8]?
    package var request: [UInt8]?
    /// The fingerprint of the key that made the code.
    package var key: [UInt8]?
    /// The code of the entry before it.
    package var previous: [UInt8]?
    package var mac: [UInt8]?

    /// What stands before the first entry.
    package static let origin = [UInt8](repeating: 0, count: 32)

    /// An entry at its place, with its code.
    init(_ entry: AuditEntry, sequence: Int64, at: Instant, after previous: [UInt8], key: AuditKey) {
        self.sequence = sequence
        self.at = at.microseconds
        actor = Array(entry.actor.name.utf8)
        uid = entry.actor.uid.map(Int64.init)
        channel = Array(entry.channel.rawValue.utf8)
        action = Array(entry.action.utf8)
        subject = Array(entry.subject.utf8)
        reason = entry.reason.map { Array($0.utf8) }
        before = entry.before.map { Array($0.utf8) }
        after = entry.after.map { Array($0.utf8) }
        request = entry.request.map { Array($0.utf8) }
        self.key = Array(key.fingerprint.utf8)
        self.previous = previous
        mac = nil
        mac = code(key)
    }

    init(
        sequence: Int64, at: Int64, actor: [UInt8]?, uid: Int64?, channel: [UInt8]?, action: [UInt8]?,
        subject: [UInt8]?, reason: [UInt8]?, before: [UInt8]?, after: [UInt8]?, request: [UInt8]?, key: [UInt8]?,
        previous: [UInt8]?, mac: [UInt8]?
    ) {
        self.sequence = sequence
        self.at = at
        self.actor = actor
        self.uid = uid
        self.channel = channel
        self.action = action
        self.subject = subject
        self.reason = reason
        self.before = before
        self.after = after
        self.request = request
        self.key = key
        self.previous = previous
        self.mac = mac
    }

    /// The code that the entry must have under this key.
    func code(_ key: AuditKey) -> [UInt8] {
        var bytes = coveredBytes
        bytes.append(number: sequence)
        return key.mac(of: bytes.bytes)
    }

    /// Whether the code is the one of these very fields under this key.
    func isGenuine(_ key: AuditKey) -> Bool {
        mac == code(key)
    }

    /// Everything that the code covers but the number, which comes last.
    var coveredBytes: FieldBytes {
        var bytes = FieldBytes(label: "bursar audit entry 1")
        bytes.append(previous)
        bytes.append(number: at)
        bytes.append(actor)
        bytes.append(uid)
        bytes.append(channel)
        bytes.append(action)
        bytes.append(subject)
        bytes.append(reason)
        bytes.append(before)
        bytes.append(after)
        bytes.append(request)
        bytes.append(key)
        return bytes
    }
}

/// Fields one after the other, each with its length: no two lists of fields make the same bytes.
struct FieldBytes {
    private(set) var bytes: [UInt8] = []

    /// - Parameter label: what the bytes are of, so that a code of one thing is never one of another.
    init(label: String) {
        bytes.reserveCapacity(512)
        append(Array(label.utf8))
    }

    /// A missing field is not an empty one.
    mutating func append(_ field: [UInt8]?) {
        guard let field else { return bytes.append(0) }
        bytes.append(1)
        append(number: Int64(field.count))
        bytes.append(contentsOf: field)
    }

    mutating func append(_ number: Int64?) {
        guard let number else { return bytes.append(0) }
        bytes.append(1)
        append(number: number)
    }

    mutating func append(number: Int64) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
