import FoundationEssentials

/// How much work the benches do: BURSAR_BENCH_SCALE, 1 unless set. Less gives a quick look, not a figure.
enum BenchScale {
    static let share = setting("BURSAR_BENCH_SCALE", default: 1.0)

    /// That share of `usual`, in whole multiples of `step` and at least one.
    static func of(_ usual: Int, step: Int = 1) -> Int {
        max(Int(Double(usual) * share) / step, 1) * step
    }

    /// A number from the environment.
    static func setting<T: LosslessStringConvertible>(_ name: String, default usual: T) -> T {
        ProcessInfo.processInfo.environment[name].flatMap { T($0) } ?? usual
    }
}
