/// How a list is read in pieces when what is wanted may be rare among what there is: a page never scans history.
struct ListWindow: Sendable {
    /// Rows that one page may examine.
    static let examinedMax = 20_000
    private static let chunk = 1_000

    private let isFiltered: Bool
    private let limit: Int
    private var examined = 0
    /// The last row there is was examined.
    private(set) var isExhausted = false
    private var isComplete = false

    init(limit: Int, isFiltered: Bool) {
        precondition(limit > 0, "a page without a row has no key to go on from")
        self.limit = limit
        self.isFiltered = isFiltered
    }

    /// How many rows to read next; nil when enough was read. One more than the page holds tells whether it goes on.
    var nextChunk: Int? {
        if isExhausted || isComplete { return nil }
        return isFiltered ? max(Self.chunk, limit + 1) : limit + 1
    }

    mutating func examined(_ count: Int, of wanted: Int) {
        examined += count
        isExhausted = count < wanted
        isComplete = !isFiltered || examined >= Self.examinedMax
    }
}
