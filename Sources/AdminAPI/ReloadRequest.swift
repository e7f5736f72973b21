/// Asks the daemon to read its configuration again.
package struct ReloadRequest: Sendable, Hashable, Codable {
    /// This daemon's file holds, even where another daemon's file says something else of the schedules.
    package var apply: Bool
    /// Why, for the audit log.
    @Nullable package var reason: String?

    private enum CodingKeys: String, CodingKey {
        case apply, reason
    }

    package init(apply: Bool = false, reason: String? = nil) {
        self.apply = apply
        self.reason = reason
    }
}
