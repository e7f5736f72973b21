import BigInt
import Primitives
import Testing

@testable import Investments

@Suite struct ValuationPropertyTests {
    private static func students(_ count: Int, seed: UInt64) -> [Student] {
        var random = SplitMix(seed: seed)
        return (0..<count).map { _ in
            var student = Student.random(using: &random)
            student.policy = .firstRateHolds
            return student
        }
    }

    @Test func `an investment at the horizon is worth its face`() throws {
        for student in Self.students(300, seed: 21) {
            var alone = student
            let horizon = try student.valuation.horizon.microseconds
            for amount in [1, -1, 123_456_789_012, Int64.max] as [Int64] {
                alone.investments = [(horizon, amount)]
                #expect(try alone.valued().amount == amount)
                alone.investments = [(horizon + 1, amount)]
                #expect(try alone.valued().amount == 0)
            }
        }
    }

    @Test func `splitting a rate in two of the same changes no bit`() throws {
        for student in Self.students(300, seed: 22) {
            var split = student
            let (start, text) = student.rates[student.rates.count - 1]
            split.rates.append((start + 123_456_789, text))
            #expect(Result { try split.valued() }.value == Result { try student.valued() }.value)
        }
    }

    @Test func `with no negative rate more time is never worth less`() throws {
        for student in Self.students(200, seed: 23) {
            var positive = student
            positive.rates.removeAll { $0.text.hasPrefix("-") }
            guard !positive.rates.isEmpty else { continue }
            positive.investments.removeAll { $0.amount < 0 || $0.instant > student.asOf }
            positive.end = nil
            var last: Int64 = 0
            for step in 0..<5 {
                positive.asOf = student.asOf + Int64(step) * 1_000_000_000_000
                guard let amount = try? positive.valued().amount else { break }
                #expect(amount >= last)
                last = amount
            }
        }
    }

    @Test func `an earlier investment is worth more where rates are positive`() throws {
        let early = Student(rates: [(0, "0.01")], asOf: 12 * month, investments: [(0, 1_000_000)])
        let late = Student(rates: [(0, "0.01")], asOf: 12 * month, investments: [(1, 1_000_000)])
        // Both have as many digits before the point, so the texts compare as the numbers do.
        let sums = try [early, late].map { try $0.valuation.explanation(of: $0.holdings).sum }
        #expect(sums[0] > sums[1])
    }

    @Test func `a withdrawal takes exactly what the same deposit would give`() throws {
        for student in Self.students(300, seed: 24) {
            var emptied = student
            emptied.investments += student.investments.map { ($0.instant, -$0.amount) }
            #expect((try? emptied.valued().amount) ?? 0 == 0)
            var owed = student
            owed.investments = student.investments.map { ($0.instant, -$0.amount) }
            guard let amount = try? student.valued().amount else { continue }
            #expect(try owed.valued().amount == -amount)
        }
    }

    @Test func `the sum before rounding is linear in the amounts`() throws {
        var exact = ExactValuation()
        for student in Self.students(100, seed: 25) {
            var tripled = student
            tripled.investments = student.investments.map { ($0.instant, $0.amount * 3) }
            let asOf = Instant(microseconds: student.asOf)
            guard let once = try? exact.result(of: student.holdings, under: student.terms, asOf: asOf),
                let thrice = try? exact.result(of: tripled.holdings, under: tripled.terms, asOf: asOf),
                once.sum.bits == thrice.sum.bits
            else { continue }
            let difference = (thrice.sum.scaled - once.sum.scaled * 3).magnitude
            #expect(difference <= thrice.sum.error + once.sum.error * 3)
        }
    }

    @Test func `the order of investments decides nothing`() throws {
        var random = SplitMix(seed: 26)
        for student in Self.students(300, seed: 26) {
            var shuffled = student
            shuffled.investments.shuffle(using: &random)
            #expect((try? shuffled.valued().amount) == (try? student.valued().amount))
        }
    }

    @Test func `after the end of its class a student's value stands still`() throws {
        for student in Self.students(200, seed: 27) {
            guard let end = student.end else { continue }
            var ended = student
            ended.asOf = end
            guard let amount = try? ended.valued().amount else { continue }
            ended.asOf += 1_000_000_000_000_000
            #expect(try ended.valued().amount == amount)
        }
    }
}

extension Result {
    fileprivate var value: Success? { try? get() }
}

extension Valuation {
    fileprivate func explanation(of investments: [Investment]) throws -> Explanation {
        var exact = ExactValuation()
        return try explanation(of: investments, using: &exact)
    }
}
