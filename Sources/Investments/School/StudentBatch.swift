import Primitives

/// The rows and findings of up to one batch of students, in the order of their ids.
package struct StudentBatch: Sendable {
    /// A result on its way to its table.
    package struct Row: Sendable, Hashable {
        package let student: Int64
        package let classID: Int64
        /// Nil: in error.
        package var amount: Int64?
        /// What later runs may go on from; nil when this run took it over itself.
        package let kept: DiscountedSum?
    }

    /// What was found wrong with a student.
    package struct Found: Sendable, Hashable {
        package let student: Int64
        package let finding: ValuationFinding
    }

    package private(set) var rows: [Row] = []
    package private(set) var findings: [Found] = []
    /// Positions in `rows` that only high precision can decide, with the place of their class in the school.
    package private(set) var undecided: [(row: Int, schoolClass: Int)] = []
    package private(set) var tally: ValuationTally
    private var sum: Int128

    /// Decides what Doubles can prove; `undecided` lists the rest.
    package init(_ positions: Range<Int>, of roll: StudentRoll, in school: School, after tally: ValuationTally) {
        self.tally = tally
        sum = Int128(tally.sum) ?? 0
        rows.reserveCapacity(positions.count)
        for position in positions { value(position, of: roll, in: school) }
        self.tally.sum = String(sum)
    }

    private mutating func value(_ position: Int, of roll: StudentRoll, in school: School) {
        let id = roll.ids[position]
        let place = Int(roll.classes[position])
        let schoolClass = school.classes[place]
        var row = Row(
            student: id, classID: schoolClass.id, amount: nil, kept: schoolClass.isRead ? roll.sums[position] : nil)
        tally.students += 1
        tally.digest &+= Fingerprint.mix(UInt64(bitPattern: id), UInt64(roll.fingerprints[position]))
        if let count = roll.future[position] {
            tally.future += count
            note(.futureInvestments(count: count), of: id)
        }
        if roll.drifted.contains(position), let run = schoolClass.comparison {
            note(.drift(run: Int(run)), of: id)
        }
        switch school.growths.accrual(ofClass: place).decision(for: roll.sums[position]) {
        case .rounded(let amount):
            row.amount = amount
            count(amount, of: id)
        case .overflow: fail(.overflow, of: id)
        case .needsExact: undecided.append((rows.count, place))
        }
        rows.append(row)
    }

    /// Fills in what the high-precision path found for `rows[index]`.
    package mutating func decide(_ index: Int, as result: Result<Int64, ValuationFinding>) {
        tally.exact += 1
        switch result {
        case .success(let amount):
            rows[index].amount = amount
            count(amount, of: rows[index].student)
        case .failure(let finding): fail(finding, of: rows[index].student)
        }
        tally.sum = String(sum)
    }

    private mutating func count(_ amount: Int64, of student: Int64) {
        sum += Int128(amount)
        guard amount < 0 else { return }
        tally.negative += 1
        note(.negativeBalance(amount: amount), of: student)
    }

    private mutating func fail(_ finding: ValuationFinding, of student: Int64) {
        tally.errors += 1
        note(finding, of: student)
    }

    private mutating func note(_ finding: ValuationFinding, of student: Int64) {
        if finding.severity == .warning { tally.warnings += 1 }
        findings.append(Found(student: student, finding: finding))
    }
}
