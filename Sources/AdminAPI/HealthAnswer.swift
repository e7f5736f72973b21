/// Whether the daemon lives, or may take work.
package struct HealthAnswer: Sendable, Hashable, Codable {
    /// `alive`, `ready` or `not ready`.
    package var status: String
    package var checks: [CheckAnswer]

    private enum CodingKeys: String, CodingKey {
        case status, checks
    }

    package init(status: String, checks: [CheckAnswer]) {
        self.status = status
        self.checks = checks
    }
}
