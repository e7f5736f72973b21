import FoundationEssentials

/// One measured figure, as a line of JSON:
/// `{"bench":…,"value":…,"unit":…,"limit":…,"ratio":…,"goal":…,"met":…,"peers":{…}}`.
struct BenchResult: Encodable {
    let bench: String
    let value: Double
    let unit: String
    /// What the machine could do at best, measured in the same run. Nil when there is no such thing.
    let limit: Double?
    /// The value over the limit, or the limit over the value: whichever the goal speaks of.
    let ratio: Double?
    let goal: String
    let met: Bool
    /// What others need, in the same unit: measured in the same run, or as published where `note` does not say so.
    let peers: [String: Double]
    /// Processor time a piece of work, where it was measured.
    var cost: ProcessorCost?
    /// What else a reader must know of this figure.
    var note: String?

    /// The line, without a line feed.
    var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}

/// Processor time a piece of work in microseconds: of this process, and of all of the server's.
struct ProcessorCost: Encodable, Sendable {
    let client: Double
    let server: Double
}
