/// Anchors that were read from text.
package struct AnchorFile: Sendable, Hashable {
    package private(set) var anchors: [AuditAnchor] = []
    /// How many lines hold only a part of one, such as one that a crash cut short.
    package private(set) var unreadable = 0
    /// The first of them, each with its place and what is wrong.
    package private(set) var damages: [String] = []

    private static let damagesMax = 20

    package init(anchors: [AuditAnchor] = []) {
        self.anchors = anchors
    }

    /// Reads each line that has an anchor in it: a log can be handed in as it is.
    package mutating func add(_ text: String, from place: String) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where line.contains(AuditAnchor.heading) {
            do {
                anchors.append(try AuditAnchor(line: line))
            } catch {
                unreadable += 1
                if damages.count < Self.damagesMax { damages.append("\(place):\(index + 1): \(error)") }
            }
        }
    }

    /// Adds what another one holds.
    package mutating func append(_ other: AnchorFile) {
        anchors += other.anchors
        unreadable += other.unreadable
        damages += other.damages.prefix(Self.damagesMax - damages.count)
    }

    /// Reads a file, a pipe or a log that a person hands in; nil when there is none of that name.
    package static func read(_ path: String) throws(AuditFileError) -> AnchorFile? {
        guard let text = try AnchorLog.textHandedIn(path) else { return nil }
        var file = AnchorFile()
        file.add(text, from: path)
        return file
    }
}
