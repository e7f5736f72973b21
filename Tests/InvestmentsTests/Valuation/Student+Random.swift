import Investments

extension Student {
    /// A student as a school may have one: a class of up to seven years with changing rates, some of them 0 or below,
    /// investments before, on and after its dates, withdrawals, an end that may have passed.
    static func random(using random: inout SplitMix) -> Student {
        let length = Int64.random(in: 1...85, using: &random) * month
        let isRound = Int.random(in: 0..<4, using: &random) == 0
        func instant(in range: Range<Int64>) -> Int64 {
            let second = Int64.random(in: range, using: &random)
            return isRound ? second / (15 * day) * (15 * day) : second
        }
        var rates: [(Int64, String)] = [(0, rate(using: &random))]
        for _ in 0..<Int.random(in: 0...7, using: &random) {
            rates.append((instant(in: 1..<length), rate(using: &random)))
        }
        rates.sort { $0.0 < $1.0 }
        var distinct: [(Int64, String)] = []
        for rate in rates where distinct.last?.0 != rate.0 { distinct.append(rate) }
        var investments: [(Int64, Int64)] = []
        for _ in 0..<Int.random(in: 0...10, using: &random) {
            investments.append((instant(in: -3 * month..<length + 6 * month), amount(using: &random)))
        }
        let policies: [FirstRatePolicy] = [.firstRateHolds, .firstRateHolds, .zero, .error]
        var student = Student(
            rates: distinct, policy: policies[Int.random(in: 0..<4, using: &random)],
            end: Bool.random(using: &random) ? instant(in: length / 2..<length + month) : nil,
            asOf: instant(in: length / 2..<length + 2 * month), investments: investments)
        guard !isRound else { return student }
        for index in student.investments.indices {
            student.investments[index].instant += Int64.random(in: 0..<1_000_000, using: &random)
        }
        return student
    }

    /// One of some two hundred, so that logarithms are worth keeping as they are in a school.
    private static func rate(using random: inout SplitMix) -> String {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: "0"
        case 1: "0.00"
        case 2: "1"
        case 3: "0.5"
        case 4: "-0.\((Int.random(in: 0...40, using: &random) * 2_439_024).padded(8))"
        case 5: "0.21"
        case 6, 7: "0.0\(Int.random(in: 1...9, using: &random))"
        default: "0.\((Int.random(in: 1...150, using: &random) * 131_071).padded(8))"
        }
    }

    private static func amount(using random: inout SplitMix) -> Int64 {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: -Int64.random(in: 1...5_000, using: &random)
        case 1: Int64.random(in: 0...3, using: &random)
        case 2: Int64.random(in: 1...100, using: &random) * 10
        case 3: Int64.random(in: 1_000_000...10_000_000_000, using: &random)
        default: Int64.random(in: 1...100_000, using: &random)
        }
    }
}

extension Int {
    fileprivate func padded(_ width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
