/// Counts the visits of every statement over all sessions of a worker, and knows the one to stop.
struct BoundaryWatch {
    private(set) var visits: [String: Int] = [:]
    private var target: Boundary?

    init(target: Boundary?) {
        self.target = target
    }

    /// Counts a visit. Returns where to stop it, once in a run.
    mutating func visit(_ statement: String) -> Boundary.Moment? {
        let count = visits[statement, default: 0] + 1
        visits[statement] = count
        guard let target, target.statement == statement, target.visit == count else { return nil }
        self.target = nil
        return target.moment
    }
}
