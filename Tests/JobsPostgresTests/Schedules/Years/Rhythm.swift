import Primitives

/// A cron expression, and beside it the same in plain words: the oracle goes by these and never reads the expression.
struct Rhythm: Sendable {
    let text: String
    /// Its local times are one tick each; otherwise every instant that shows one of them is.
    let isFixed: Bool
    /// Minutes of the local day, ascending.
    let minutes: [Int]
    let isDay: @Sendable (CivilDate) -> Bool

    /// Local times, on all days unless it says which.
    static func fixed(
        _ text: String, at times: [(hour: Int, minute: Int)],
        on isDay: @escaping @Sendable (CivilDate) -> Bool = { _ in true }
    ) -> Self {
        Self(text: text, isFixed: true, minutes: times.map { $0.hour * 60 + $0.minute }, isDay: isDay)
    }

    /// Whatever a clock on a wall shows, each time that it does.
    static func wildcard(_ text: String, minutes: [Int]) -> Self {
        Self(text: text, isFixed: false, minutes: minutes, isDay: { _ in true })
    }
}
