/// The mean of the stored amounts of a class's enabled students: in integers, rounded half to even, 0 when there are
/// none.
///
/// The sum is 128 bits wide: 2^64 students of the largest amount fit.
package struct ClassAverage: Sendable, Hashable {
    package private(set) var sum: Int128 = 0
    package private(set) var count: Int64 = 0

    package init() {}

    /// A class as sums grouped by the database.
    package init(sum: Int128, count: Int64) {
        precondition(count >= 0, "a class has no fewer than zero students")
        self.sum = sum
        self.count = count
    }

    /// Counts one more student.
    package mutating func add(_ amount: Int64) {
        sum += Int128(amount)
        count += 1
    }

    package static func += (left: inout ClassAverage, right: ClassAverage) {
        left.sum += right.sum
        left.count += right.count
    }

    /// Always within the smallest and the largest amount, so it fits.
    package var amount: Int64 {
        count == 0 ? 0 : Int64(Rounding.halfEven(sum, over: Int128(count)))
    }
}
