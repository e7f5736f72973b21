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

    /// Classes, rates and marks of one moment: a class that has no mark goes by the terms that its kept sums went by.
    func school(run: Int32, request: ValuationRequest, asOf: Instant) async throws -> School {
        let (stored, rates) = try await pool.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
            (
                try await transaction.run(ClassesInScope(run: run)),
                try await transaction.run(RatesInScope(classID: request.classID))
            )
        }
        // Both are in the order of the classes' ids, and of the same classes.
        var rest = rates[...]
        return try School(
            asOf: asOf,
            classes: stored.map { storedClass in
                var complete = storedClass
                complete.rates = Array(rest.prefix { $0.classID == storedClass.id })
                rest.removeFirst(complete.rates.count)
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
        if let query = investments(of: isWhole ? nil : first...last, request: request, school: school) {
            roll = try await read(query, into: roll, school: school)
        }
        for run in school.baseRuns {
            roll = try await takeOver(from: run, students: first...last, into: roll, school: school)
        }
        roll.makeRoom()
        roll.forgive(try await changed(roll.driftedClasses, in: school))
        return roll
    }

    /// When investments of students up to `cursor` begin to count that do not yet, by class: what the passes of an
    /// earlier attempt knew.
    func nextCounted(
        upTo cursor: Int64, request: ValuationRequest, school: School
    ) async throws -> [Int32: Int64] {
        guard cursor > .min else { return [:] }
        var next: [Int32: Int64] = [:]
        let rows = try await pool.run(NextCounted(upTo: cursor, asOf: school.asOf, classID: request.classID))
        for row in rows {
            guard let index = school.index(of: row.classID), school.classes[Int(index)].isRead,
                case .success(let terms) = school.classes[Int(index)].terms,
                row.instant <= terms.end ?? ValuationSpan.latest
            else { continue }
            next[index] = row.instant.microseconds
        }
        return next
    }

    /// Those of the classes that the app changed, or that another run valued, since the school was read: their students
    /// may well differ from what was kept.
    private func changed(_ classes: Set<Int32>, in school: School) async throws -> Set<Int32> {
        guard !classes.isEmpty else { return [] }
        let suspects = classes.map { school.classes[Int($0)] }
        let rows = try await pool.run(
            ChangedClasses(classes: suspects.map(\.id), seenBases: suspects.map(\.seenBase)))
        return Set(rows.compactMap(school.index))
    }

    /// Nil when no class has to be read.
    private func investments(of students: ClosedRange<Int64>?, request: ValuationRequest, school: School) -> SQL? {
        let read = school.classes.filter(\.isRead)
        if read.isEmpty { return nil }
        let few = min(Self.classesListedMax, Int(Double(school.classes.count) * Self.classesFetchedMax))
        let isListed = request.classID != nil || read.count <= few
        return PassQuery.investments(of: students, classes: isListed ? read.map(\.id) : nil)
    }

    private func read(_ query: SQL, into roll: consuming StudentRoll, school: School) async throws -> StudentRoll {
        try await pool.copyOut(query, into: roll) { roll, row in
            let student = try row.next(Int64.self)
            let raw = try row.next(Int64.self)
            let amount = try row.next(Int64.self)
            // PostgreSQL's infinities are the ends of the range, and stay there; so does what the shift would take
            // beyond it.
            let (shifted, isBeyond) = raw.addingReportingOverflow(Self.epochShift)
            let microseconds = raw == .min ? raw : isBeyond ? .max : shifted
            roll.add(amount, at: microseconds, of: student, in: school)
        }
    }

    private func takeOver(
        from run: Int32, students: ClosedRange<Int64>, into roll: consuming StudentRoll, school: School
    ) async throws -> StudentRoll {
        try await pool.copyOut(PassQuery.kept(by: run, students: students), into: roll) { roll, row in
            let student = try row.next(Int64.self)
            let classID = try row.next(Int64.self)
            let total = try row.next(Double.self)
            let kept = DiscountedSum(total: total, magnitude: try row.next(Double.self))
            roll.takeOver(kept, of: student, in: classID, from: run, in: school)
        }
    }
}
