/// A part of a list, newest first, and where it goes on.
package struct Page<Item: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
    package var items: [Item]
    /// What to give as `before` to get the next part; null after the last. A page may be short and still have a next.
    @Nullable package var next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}
