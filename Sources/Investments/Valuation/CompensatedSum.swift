/// A sum of Doubles that carries its own rounding errors along, so that its length costs no accuracy (Knuth's two-sum).
struct CompensatedSum: Sendable, Hashable {
    private(set) var sum = 0.0
    private(set) var correction = 0.0

    var total: Double { sum + correction }

    @inline(__always)
    mutating func add(_ term: Double) {
        let next = sum + term
        let shadow = next - sum
        correction += (sum - (next - shadow)) + (term - shadow)
        sum = next
    }
}
