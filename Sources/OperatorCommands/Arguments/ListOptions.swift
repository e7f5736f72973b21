import AdminAPI
import ArgumentParser

/// How much of a list is shown, and from where.
struct ListOptions: ParsableArguments {
    @Option(help: "How many lines; default 20.", transform: ArgumentReading.count)
    var limit: Int?

    @Option(help: "Go on from here: what the list before said.")
    var before: String?

    /// Pages that are asked for while all are empty: what is wanted may be rare.
    private static let emptyPagesMax = 100

    /// The first page that holds something.
    func page<Item>(
        of path: String, query: [(name: String, value: String?)], from client: AdminClient
    ) async throws -> Page<Item> {
        var before = before
        for _ in 0..<Self.emptyPagesMax {
            let position: [(name: String, value: String?)] = [("limit", String(limit ?? 20)), ("before", before)]
            let page = try await client.get(path, query: query + position, as: Page<Item>.self)
            guard page.items.isEmpty, let next = page.next else { return page }
            before = next
        }
        return Page(items: [], next: before)
    }
}

extension TextStream {
    /// A page as a table, and how to see what comes after it.
    func list<Item>(_ page: Page<Item>, _ table: Table, nothing: String) throws(OutputClosed) {
        try write(page.items.isEmpty ? nothing + "\n" : table.text(for: self))
        if let next = page.next { try line(styled("more: --before \(next)", .faint)) }
    }
}
