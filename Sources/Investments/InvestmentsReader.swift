package import Postgres
package import Primitives

/// The reading side: why a student has what they have, and what a run found.
package struct InvestmentsReader: Sendable {
    private let pool: PostgresPool
    private let policy: FirstRatePolicy

    package init(pool: PostgresPool, policy: FirstRatePolicy = .firstRateHolds) {
        self.pool = pool
        self.policy = policy
    }

    /// A student's value as of `asOf`, reckoned now in high precision, with every number that leads to it, beside the
    /// stored balance. Nil when there is no such student.
    package func explain(student: Int64, asOf: Instant) async throws -> StudentExplanation? {
        let read = try await pool.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
            guard let subject = try await transaction.first(StudentInClass(student: student)) else {
                return nil as (StudentInClass.Subject, [StoredRate], [Investment])?
            }
            let rates = try await transaction.run(
                RatesInScope(classID: subject.schoolClass.id, isEnabledOnly: false))
            let investments = try await transaction.run(InvestmentsOf(students: [student])).map(\.investment)
            return (subject, rates, investments)
        }
        guard let (subject, rates, investments) = read else { return nil }
        var schoolClass = subject.schoolClass
        schoolClass.rates = rates
        let outcome = Result { () throws(ValuationFinding) in
            var exact = ExactValuation()
            let terms = try schoolClass.terms(policy: policy)
            return try Valuation(terms, asOf: asOf).explanation(of: investments, using: &exact)
        }
        return StudentExplanation(
            student: student, name: subject.name, classID: schoolClass.id, className: subject.className,
            zone: schoolClass.timezone, enabled: subject.enabled, asOf: asOf, outcome: outcome,
            stored: subject.stored, storedAsOf: subject.storedAsOf)
    }

    /// Hands over each student's amount in the run, in the order of their ids, without holding them all. An amount is
    /// nil for a student in error. Returns how many there were; nil when the run valued nothing or its rows are gone.
    package func results(
        of execution: ExecutionID, each: @escaping @Sendable (Int64, Int64?) throws -> Void
    ) async throws -> Int? {
        guard let run = try await pool.first(FindValuation(execution: execution)) else { return nil }
        guard try await pool.value("select to_regclass('investments.result_' || \(run)) is not null", as: Bool.self)
        else { return nil }
        return try await pool.copyOut(
            """
            select student_id, amount from investments.result where run_no = \(unsafe: "\(run)") order by student_id
            """, into: 0
        ) { count, row in
            let student = try row.next(Int64.self)
            try each(student, try row.next(Int64?.self))
            count += 1
        }
    }
}

/// Why a student has what they have.
package struct StudentExplanation: Sendable {
    package let student: Int64
    package let name: String
    package let classID: Int64
    package let className: String
    package let zone: String
    /// Both the student and the class are.
    package let enabled: Bool
    package let asOf: Instant
    /// A finding stands for a class or a student without value.
    package let outcome: Result<Explanation, ValuationFinding>
    /// What balances show now, and as of when; nil before the first run.
    package let stored: Int64?
    package let storedAsOf: Instant?
}
