import Postgres
import Primitives

/// Reads what a run values: the classes once, then the students and their investments pass by pass.
struct SchoolReader: Sendable {
    let pool: PostgresPool
    let policy: FirstRatePolicy

    /// Up to this share of the classes, only their investments are fetched; beyond it, reading all in the order they
    /// lie in is faster than fetching most by index.
    private static let classesFetchedMax = 0.1
    private static let classesListedMax = 2_000
    /// From PostgreSQL's epoch, 2000-01-01, to the Unix epoch.
    private static let epochShift: Int64 = 946_684_800_000_000

    func school(run: Int32, request: ValuationRequest, asOf: Instant) async throws -> School {
        let stored = try await pool.run(ClassesInScope(run: run))
        let rates = try await pool.run(RatesInScope(classID: request.classID))
        let byClass = Dictionary(grouping: rates, by: \.classID)
        return try School(
            asOf: asOf,
            classes: stored.map { storedClass in
                var complete = storedClass
                complete.rates = byClass[storedClass.id] ?? []
                return complete.schoolClass(mode: request.mode, asOf: asOf, policy: policy)
            })
    }

    /// The next students after `cursor`, with their sums: read from the investments, or taken over from an earlier run.
    func roll(after cursor: Int64, request: ValuationRequest, school: School) async throws -> StudentRoll {
        var roll = try await pool.copyOut(
            PassQuery.students(after: cursor, classID: request.classID), into: StudentRoll()
        ) { roll, row in
            let id = try row.next(Int64.self)
            roll.append(id, classID: try row.next(Int64.self), in: school)
        }
        roll.seal(in: school)
        guard let first = roll.ids.first, let last = roll.ids.last else { return roll }
        let isWhole = cursor == .min && roll.readCount < StudentRoll.passMax
        if let query = investments(of: isWhole ? nil : first...last, school: school) {
            roll = try await read(query, into: roll, school: school)
        }
        for run in school.baseRuns {
            roll = try await takeOver(from: run, students: first...last, into: roll, school: school)
        }
        return roll
    }

    /// Nil when no class has to be read.
    private func investments(of students: ClosedRange<Int64>?, school: School) -> SQL? {
        let read = school.classes.filter(\.isRead)
        if read.isEmpty { return nil }
        let few = min(Self.classesListedMax, Int(Double(school.classes.count) * Self.classesFetchedMax))
        return PassQuery.investments(of: students, classes: read.count <= few ? read.map(\.id) : nil)
    }

    private func read(_ query: SQL, into roll: consuming StudentRoll, school: School) async throws -> StudentRoll {
        try await pool.copyOut(query, into: roll) { roll, row in
            let student = try row.next(Int64.self)
            let raw = try row.next(Int64.self)
            let amount = try row.next(Int64.self)
            // PostgreSQL's infinities are the ends of the range; they stay there.
            let microseconds = raw == .max || raw == .min ? raw : raw &+ Self.epochShift
            roll.add(amount, at: microseconds, of: student, in: school)
        }
    }

    private func takeOver(
        from run: Int32, students: ClosedRange<Int64>, into roll: consuming StudentRoll, school: School
    ) async throws -> StudentRoll {
        try await pool.copyOut(PassQuery.kept(by: run, students: students), into: roll) { roll, row in
            let student = try row.next(Int64.self)
            let total = try row.next(Double.self)
            let kept = DiscountedSum(total: total, magnitude: try row.next(Double.self))
            roll.takeOver(kept, of: student, from: run, in: school)
        }
    }
}
