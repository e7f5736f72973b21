/// A webhook as it was received, its signature already found to be genuine.
package struct InboxDelivery: Sendable, Hashable {
    /// Who sends such events: `stripe`.
    package let source: String
    /// The sender's name of the event, the same in each repeated delivery.
    package let event: String
    /// Those that matter for reading it, by their lowercase names.
    package let headers: [String: String]
    /// The bytes as they came.
    package let body: [UInt8]

    package static let eventBytesMax = 255
    package static let headersMax = 32
    package static let headerBytesMax = 16_384

    /// Throws for whatever the schema would refuse.
    package init(source: String, event: String, headers: [String: String] = [:], body: [UInt8]) throws(EffectError) {
        try EffectName.requireName(source, of: "a source")
        guard (1...Self.eventBytesMax).contains(event.utf8.count), !Self.hasControls(event) else {
            throw EffectError(
                .invalid, "an event of \(source) has a name of \(event.utf8.count) bytes, or with control characters",
                hint: "1 to \(Self.eventBytesMax) bytes, printable")
        }
        let bytes = headers.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard headers.count <= Self.headersMax, bytes <= Self.headerBytesMax,
            !headers.contains(where: { Self.hasControls($0.key) || Self.hasControls($0.value) })
        else {
            throw EffectError(
                .invalid, "an event of \(source) has \(headers.count) headers of \(bytes) bytes, or control characters",
                hint: "keep the few headers that matter: \(Self.headersMax), \(Self.headerBytesMax) bytes, printable")
        }
        try EffectName.requireContent(body, of: "the body of an event of \(source)")
        self.source = source
        self.event = event
        self.headers = headers
        self.body = body
    }

    private static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }
    }
}

/// What came of a delivery. The sender gets the same answer in each case: it is kept.
package enum InboxReceipt: Sendable, Hashable {
    case new(Int64)
    /// The very same was received before: nothing was done.
    case repeated(Int64)
    /// An event of this name was received before, with another body: a finding was kept, and nothing else done.
    case altered(Int64)

    /// The event as it was first received.
    package var event: Int64 {
        switch self {
        case .new(let id), .repeated(let id), .altered(let id): id
        }
    }
}

/// A webhook's event as it is kept.
package struct InboxEvent: Sendable, Hashable {
    package let id: Int64
    package let delivery: InboxDelivery
}
