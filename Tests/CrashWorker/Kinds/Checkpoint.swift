import FoundationEssentials
import Jobs

/// How many steps of a job are done.
struct Checkpoint: Sendable, Codable {
    var done: Int

    init(done: Int) {
        self.done = done
    }

    /// Nil before the first.
    init?(of claim: Claim) throws {
        guard let text = claim.checkpoint else { return nil }
        self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    }

    var text: String { #"{"done":\#(done)}"# }
}
