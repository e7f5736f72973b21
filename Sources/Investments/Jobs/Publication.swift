import FoundationEssentials
import Jobs
import JobsPostgres
import Postgres
import Primitives

/// The last step of a run: class results, pointers, findings of classes. Commits with the completion, so that balances
/// and the run's end become visible together.
struct Publication: Sendable {
    let school: School
    let checkpoint: ValuationCheckpoint
    let execution: ExecutionID
    /// The first instant at which an uncounted investment begins to count, by class.
    let nextCounted: [Int32: Int64]

    var report: RunReport {
        let tally = checkpoint.tally
        let failed = school.classes.filter { if case .failure = $0.terms { true } else { false } }
        let totals = ValuationTotals(
            asOf: checkpoint.asOf, classes: school.classes.count, classErrors: failed.count, students: tally.students,
            studentErrors: tally.errors, unvalued: tally.unvalued, negative: tally.negative, exact: tally.exact,
            futureInvestments: tally.future, readClasses: school.classes.count(where: \.isRead), sum: tally.sum,
            digest: digest)
        let hasWarnings = tally.warnings > 0 || failed.contains { $0.finding?.severity == .warning }
        return RunReport(totals: totals.json, hasWarnings: hasWarnings)
    }

    private var digest: String {
        let digits = String(checkpoint.tally.digest &+ school.terms, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    func publish(in transaction: Transaction) async throws {
        try await transaction.run(HoldPointers(classes: school.classes.map(\.id)))
        let sums = try await transaction.run(ClassSums(run: checkpoint.run))
        try await transaction.run(statement(with: sums))
        let findings = school.classes.flatMap { schoolClass in
            schoolClass.findings.map { InsertFindings.Finding($0, subject: "class", id: schoolClass.id) }
        }
        guard !findings.isEmpty else { return }
        try await transaction.run(InsertFindings(execution: execution, findings: findings))
    }

    private func statement(with sums: [ClassSum]) -> PublishClasses {
        let byClass = Dictionary(uniqueKeysWithValues: sums.map { ($0.classID, $0) })
        var averages: [ClassAverage] = []
        averages.reserveCapacity(school.classes.count)
        for schoolClass in school.classes {
            let sum = byClass[schoolClass.id]
            averages.append(ClassAverage(sum: sum.flatMap { Int128($0.sum) } ?? 0, count: sum?.students ?? 0))
        }
        return PublishClasses(
            run: checkpoint.run, asOf: checkpoint.asOf, classes: school.classes.map(\.id),
            errorCodes: school.classes.map { $0.finding?.code }, students: averages.map(\.count),
            sums: averages.map { "\($0.sum)" }, averages: averages.map(\.amount),
            bases: school.classes.map { $0.base ?? checkpoint.run }, seenBases: school.classes.map(\.seenBase),
            validUntil: school.classes.indices.map(validUntil),
            digest: digest, now: nil)
    }

    /// A class that was not read keeps the limit of the run it took its sums from.
    private func validUntil(_ place: Int) -> Instant? {
        if let read = nextCounted[Int32(place)] { return Instant(microseconds: read) }
        return school.classes[place].isRead ? nil : school.classes[place].baseValidUntil
    }
}

extension SchoolClass {
    /// Why the class has no value; nil when it has one.
    var finding: ValuationFinding? {
        if case .failure(let finding) = terms { finding } else { nil }
    }

    /// What an operator should know of the class.
    var findings: [ValuationFinding] {
        switch terms {
        case .failure(let finding): [finding]
        case .success(let terms): terms.findings
        }
    }
}

/// The totals of a run as its row and the operator's tools show them.
struct ValuationTotals: Sendable, Hashable, Codable {
    let asOf: Instant
    let classes: Int
    let classErrors: Int
    let students: Int
    let studentErrors: Int
    /// Students passed over because their class has no value.
    let unvalued: Int
    let negative: Int
    /// Students that only high precision could decide.
    let exact: Int
    let futureInvestments: Int
    /// Classes whose investments were read; the others took their sums over.
    let readClasses: Int
    /// Decimal text: may pass 64 bits.
    let sum: String
    let digest: String

    private enum CodingKeys: String, CodingKey {
        case asOf = "as_of"
        case classes
        case classErrors = "class_errors"
        case students
        case studentErrors = "student_errors"
        case unvalued, negative, exact
        case futureInvestments = "future_investments"
        case readClasses = "read_classes"
        case sum, digest
    }

    var json: String {
        // Strings and integers always encode.
        (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
