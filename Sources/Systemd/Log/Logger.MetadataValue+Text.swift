import Logging

extension Logger.MetadataValue {
    /// Deeper than this, a value is shown as `…`.
    private static let depthMax = 8

    /// The value as text: `{a=1, b=[x, y]}`, names in order.
    var text: String { text(depth: 0) }

    private func text(depth: Int) -> String {
        guard depth < Self.depthMax else { return "…" }
        switch self {
        case .string(let text): return text
        case .stringConvertible(let value): return value.description
        case .array(let values):
            return "[" + values.map { $0.text(depth: depth + 1) }.joined(separator: ", ") + "]"
        case .dictionary(let values):
            let pairs = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text(depth: depth + 1))" }
            return "{" + pairs.joined(separator: ", ") + "}"
        }
    }
}
