import AdminAPI
import Primitives

extension CheckAnswer {
    /// Whether a loop moves.
    init(_ loop: LoopState) {
        let seconds = loop.sinceTurn.components.seconds
        let detail = loop.waitsFor.map { "waits for \($0) for \(seconds) s" } ?? "turned \(seconds) s ago"
        self.init(
            name: "loop \(loop.name)", passed: !loop.isStalled,
            detail: loop.isStalled ? detail + ", more than \(loop.limit.components.seconds) s" : detail)
    }
}
