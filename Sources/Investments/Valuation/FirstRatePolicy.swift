/// What grows before a class's first rate takes effect.
package enum FirstRatePolicy: String, Sendable, Hashable, CaseIterable {
    /// The first rate holds for all time before it: what the school has always done.
    case firstRateHolds = "first-rate"
    /// Coins keep their face value until the first rate.
    case zero
    /// An investment before the first rate is an error of its student.
    case error
}
