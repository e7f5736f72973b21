/// Repeated measurements of one thing.
extension [Double] {
    /// The middle one.
    var median: Double { percentile(50) }

    /// The smallest that at least that share of them does not exceed.
    func percentile(_ share: Double) -> Double {
        precondition(!isEmpty, "nothing was measured")
        let rank = (Double(count) * share / 100).rounded(.up)
        return sorted()[Swift.min(Swift.max(Int(rank) - 1, 0), count - 1)]
    }
}
