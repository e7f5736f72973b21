import Investments
import Primitives
import Testing

@Suite struct ValuationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let student: Student
        let amount: Int64

        init(_ name: String, _ student: Student, is amount: Int64) {
            self.name = name
            self.student = student
            self.amount = amount
        }

        var testDescription: String { name }
    }

    /// Worked out by hand from factors of whole months.
    static let cases: [Case] = [
        Case("nothing invested", Student(rates: [(0, "0.05")], asOf: month, investments: []), is: 0),
        Case("zero per cent", Student(rates: [(0, "0")], asOf: 99 * month, investments: [(0, 5)]), is: 5),
        Case("two months at 10%", Student(rates: [(0, "0.1")], asOf: 2 * month, investments: [(0, 100)]), is: 121),
        Case("a tie to the even below", Student(rates: [(0, "0.05")], asOf: month, investments: [(0, 10)]), is: 10),
        Case("a tie to the even above", Student(rates: [(0, "0.05")], asOf: month, investments: [(0, 30)]), is: 32),
        Case("half of one", Student(rates: [(0, "0.5")], asOf: month, investments: [(0, 1)]), is: 2),
        Case("half of one owed", Student(rates: [(0, "0.5")], asOf: month, investments: [(0, -1)]), is: -2),
        Case("a quarter is no tie", Student(rates: [(0, "0.25")], asOf: month, investments: [(0, 1)]), is: 1),
        Case(
            "a tie of two that are none",
            Student(rates: [(0, "0.25")], asOf: month, investments: [(0, 1), (0, 1)]), is: 2),
        Case(
            "rounded once, not for each investment",
            Student(rates: [(0, "0.04")], asOf: month, investments: Array(repeating: (0, 10), count: 10)), is: 104),
        Case("a rate lost", Student(rates: [(0, "-0.99")], asOf: 2 * month, investments: [(0, 20_000)]), is: 2),
        Case(
            "rates follow each other",
            Student(rates: [(0, "0.1"), (month, "0"), (2 * month, "0.2")], asOf: 3 * month, investments: [(0, 100)]),
            is: 132),
        Case(
            "an irrational factor that is rational: 21% over half a month is 10%",
            Student(rates: [(0, "0.21")], asOf: month / 2, investments: [(0, 5)]), is: 6),
        Case("face value at the horizon", Student(rates: [(0, "0.9")], asOf: month, investments: [(month, 7)]), is: 7),
        Case(
            "the future does not count",
            Student(rates: [(0, "0.1")], asOf: month, investments: [(0, 100), (month + 1, 50)]), is: 110),
        Case(
            "growth stops at the end",
            Student(rates: [(0, "0.1")], end: month, asOf: 50 * month, investments: [(0, 100)]), is: 110),
        Case(
            "nothing counts after the end",
            Student(rates: [(0, "0.1")], end: month, asOf: 50 * month, investments: [(0, 100), (month + 1, 9)]),
            is: 110),
        Case(
            "a withdrawal takes what its coins would have earned",
            Student(rates: [(0, "0.1")], asOf: 2 * month, investments: [(0, 1_000), (month, -100)]), is: 1_100),
        Case(
            "a balance may be negative",
            Student(rates: [(0, "0.1")], asOf: 2 * month, investments: [(0, 100), (month, -1_110)]), is: -1_100),
        Case(
            "before the first rate the first rate holds",
            Student(rates: [(0, "0.1")], asOf: month, investments: [(-month, 100)]), is: 121),
        Case(
            "before the first rate nothing grows",
            Student(rates: [(0, "0.1")], policy: .zero, asOf: month, investments: [(-month, 100)]), is: 110),
        Case(
            "an amount of 47 bits at 0% is still itself",
            Student(rates: [(0, "0")], asOf: month, investments: [(0, 1 << 47)]), is: 1 << 47),
        Case(
            "the largest amount at 0%", Student(rates: [(0, "0")], asOf: month, investments: [(0, .max)]), is: .max),
        Case(
            "the smallest amount at 0%", Student(rates: [(0, "0")], asOf: month, investments: [(0, .min)]), is: .min),
        Case(
            "too much in between is not too much",
            Student(rates: [(0, "0")], asOf: month, investments: [(0, .max), (1, .max), (2, .min), (3, .min)]), is: -2),
        Case(
            "a thousand per cent for years, taken out at once",
            Student(rates: [(0, "10")], asOf: 90 * month, investments: [(0, 3), (0, -3)]), is: 0),
        Case(
            "a thousandfold for eight years, beyond Doubles",
            Student(rates: [(0, "999"), (90 * month, "-0.999")], asOf: 180 * month, investments: [(0, 1_234)]),
            is: 1_234),
    ]

    @Test(arguments: cases)
    func `the value is what a person works out`(table: Case) throws {
        #expect(try table.student.valued().amount == table.amount)
        var exact = ExactValuation()
        #expect(try table.student.exactAmount(using: &exact) == table.amount)
    }

    @Test(arguments: [
        Student(rates: [(0, "0")], asOf: month, investments: [(0, .max), (0, 1)]),
        Student(rates: [(0, "0")], asOf: month, investments: [(0, .min), (0, -1)]),
        Student(rates: [(0, "1")], asOf: month, investments: [(0, 1 << 62)]),
        Student(rates: [(0, "1")], asOf: 85 * month, investments: [(0, 1_000_000)]),
        Student(rates: [(0, "1")], asOf: 85 * month, investments: [(0, -1_000_000)]),
        Student(rates: [(0, "100000")], asOf: 900 * month, investments: [(0, 1)]),
        Student(rates: [(0, "100000")], asOf: 90_000 * month, investments: [(0, -1)]),
    ])
    func `what does not fit in 64 bits is an overflow on either path`(student: Student) {
        #expect(throws: ValuationFinding.overflow) { try student.valued() }
        #expect(throws: ValuationFinding.overflow) {
            var exact = ExactValuation()
            return try student.exactAmount(using: &exact)
        }
    }

    @Test func `the last amounts that fit do, with interest`() throws {
        let half = Student(rates: [(0, "1")], asOf: month, investments: [(0, (1 << 62) - 1), (month, 1)])
        #expect(try half.valued().amount == .max)
        let owed = Student(rates: [(0, "1")], asOf: month, investments: [(0, -(1 << 62))])
        #expect(try owed.valued().amount == .min)
    }

    @Test func `an investment before the first rate is an error of its student where the policy says so`() throws {
        var student = Student(rates: [(0, "0.1")], policy: .error, asOf: month, investments: [(-1, 100), (0, 1)])
        #expect(throws: ValuationFinding.noRate) { try student.valued() }
        student.investments.removeFirst()
        #expect(try student.valued().amount == 1)
        student.asOf -= 5 * month * 1_000_000
        #expect(try student.valued().amount == 0)
    }

    @Test func `what did not count is told apart, and when the future begins`() throws {
        let student = Student(
            rates: [(0, "0")], end: 3 * month, asOf: month,
            investments: [(0, 1), (2 * month, 2), (2 * month - 1, 3), (4 * month, 4)])
        let value = try student.valued()
        #expect((value.counted, value.future, value.afterEnd) == (1, 3, 0))
        #expect(value.nextCounted == Instant(seconds: newYear + 2 * month - 1))
        #expect(value.findings == [.futureInvestments(count: 3)])
        var later = student
        later.asOf += 9 * month * 1_000_000
        #expect(try later.valued().afterEnd == 1)
        #expect(try later.valued().nextCounted == nil)
    }

    @Test func `a negative balance and a class without end are worth a notice`() throws {
        let student = Student(rates: [(0, "0")], asOf: month, investments: [(0, -5)])
        #expect(try student.valued().findings == [.negativeBalance(amount: -5)])
        #expect(try student.terms.findings == [.noEndDate])
        #expect(try Student(rates: [(0, "0")], end: 1, asOf: 2, investments: []).terms.findings == [])
    }

    @Test func `dates that no valuation reaches are findings`() throws {
        let terms = try Student(rates: [(0, "0.1")], asOf: 0, investments: []).terms
        #expect(throws: ValuationFinding.self) { try Valuation(terms, asOf: Instant(microseconds: .max)) }
        let valuation = try Valuation(terms, asOf: Instant(seconds: newYear))
        var exact = ExactValuation()
        let ancient = Investment(id: 1, amount: 1, instant: Instant(microseconds: .min))
        #expect(throws: ValuationFinding.self) { try valuation.value(of: [ancient], using: &exact) }
        let never = Investment(id: 1, amount: 1, instant: Instant(microseconds: .max))
        #expect(try valuation.value(of: [never], using: &exact).future == 1)
    }
}
