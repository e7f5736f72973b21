import Investments
import Primitives
import Testing

@Suite struct OracleTests {
    @Test(arguments: 1...10)
    func `five hundred students of each seed are worth what sixty digits say, on either path`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let students = (0..<500).map { _ in Student.random(using: &random) }
        let opinions = try Oracle.opinions(on: students)
        var exact = ExactValuation()
        var exactCount = 0
        for (student, opinion) in zip(students, opinions) {
            let value = Result { try student.valued(using: &exact) }
            #expect(Self.answer(value.map(\.amount)) == opinion.answer, "\(student.testDescription)")
            let amount = Result { try student.exactAmount(using: &exact) }
            #expect(Self.answer(amount) == opinion.answer, "\(student.testDescription)")
            if case .success(let value) = value, value.isExact { exactCount += 1 }
        }
        // Students of whole months do meet ties; the rest is for Doubles.
        #expect(exactCount > 0)
        #expect(exactCount < students.count / 2)
    }

    @Test func `a pass over all investments in any order decides the same`() throws {
        var random = SplitMix(seed: 7)
        let asOf = (newYear + 40 * month) * 1_000_000
        let students = (0..<500).map { _ in
            var student = Student.random(using: &random)
            student.asOf = asOf
            return student
        }
        let opinions = try Oracle.opinions(on: students)
        var growths = try ClassGrowths(asOf: Instant(microseconds: asOf), classes: students.count)
        for student in students { growths.append(try student.terms) }
        var rows: [(student: Int, amount: Int64, instant: Int64)] = []
        for (index, student) in students.enumerated() {
            rows += student.investments.map { (index, $0.amount, $0.instant) }
        }
        rows.shuffle(using: &random)
        var sums = [DiscountedSum](repeating: DiscountedSum(), count: students.count)
        for row in rows {
            _ = growths.add(row.amount, at: row.instant, ofClass: row.student, to: &sums[row.student])
        }
        var exact = ExactValuation()
        for (index, student) in students.enumerated() {
            let answer =
                switch growths.accrual(ofClass: index).decision(for: sums[index]) {
                case .rounded(let amount): String(amount)
                case .overflow: "OVERFLOW"
                case .needsExact: Self.answer(Result { try student.exactAmount(using: &exact) })
                }
            #expect(answer == opinions[index].answer, "\(student.testDescription)")
        }
    }

    @Test func `an explanation shows the digits that the oracle found`() throws {
        var random = SplitMix(seed: 11)
        let students = (0..<200).map { _ in Student.random(using: &random) }
        let opinions = try Oracle.opinions(on: students, digits: 90)
        var exact = ExactValuation()
        for (student, opinion) in zip(students, opinions) {
            guard let explanation = try? student.valuation.explanation(of: student.holdings, using: &exact) else {
                #expect(["NO_RATE", "OVERFLOW"].contains(opinion.answer))
                continue
            }
            #expect(String(explanation.amount) == opinion.answer)
            #expect(Self.agree(explanation.sum, opinion.sum), "\(explanation.sum) \(opinion.sum)")
        }
    }

    /// Both to twenty digits behind the point, give or take one in the last.
    private static func agree(_ text: String, _ reference: String) -> Bool {
        guard let left = scaled(text), let right = scaled(reference) else { return false }
        return (left - right).magnitude <= 1
    }

    /// The number times 10^20, cut.
    private static func scaled(_ text: String) -> Int128? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? String(parts[1].prefix(20)) : ""
        return Int128(String(parts[0]) + fraction + String(repeating: "0", count: 20 - fraction.count))
    }

    private static func answer(_ result: Result<Int64, any Error>) -> String {
        switch result {
        case .success(let amount): String(amount)
        case .failure(let error): (error as? ValuationFinding)?.code ?? "\(error)"
        }
    }
}
