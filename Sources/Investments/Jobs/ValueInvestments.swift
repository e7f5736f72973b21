import Events
import FoundationEssentials
package import Jobs
package import JobsPostgres
import Logging
package import Postgres
import Primitives

/// `investments.value`: values every enabled student in scope as of one instant, in batches with a checkpoint each.
package actor ValueInvestments: Job {
    package typealias Store = PostgresJobStore
    package static let kind: JobKind = "investments.value"

    private let pool: PostgresPool
    private let settings: InvestmentSettings
    private var exact = ExactValuation()

    /// Partitions dropped in one run.
    private static let dropsMax: Int32 = 100

    package init(pool: PostgresPool, settings: InvestmentSettings) {
        self.pool = pool
        self.settings = settings
    }

    package func run(_ attempt: Attempt<PostgresJobStore>) async throws -> JobOutcome<Postgres.Transaction> {
        guard let execution = attempt.claim.execution else {
            throw RequestRefused(reason: "a valuation must be a run of its own, so that its results have a name")
        }
        let request = try attempt.payload(as: ValuationRequest.self)
        let begun = ContinuousClock().now
        var checkpoint = try await opened(attempt, execution: execution, request: request)
        let reader = SchoolReader(pool: pool, policy: settings.firstRate)
        let school = try await reader.school(run: checkpoint.run, request: request, asOf: checkpoint.asOf)
        try await settle(on: school, attempt, execution: execution, checkpoint: &checkpoint)
        var until = try await reader.nextCounted(upTo: checkpoint.cursor, request: request, school: school)
        // Ends because each pass moves the cursor, and an empty one is the last.
        while true {
            let roll = try await reader.roll(after: checkpoint.cursor, request: request, school: school)
            until.merge(roll.nextCounted) { min($0, $1) }
            try await write(roll, of: school, attempt: attempt, execution: execution, checkpoint: &checkpoint)
            if roll.readCount < StudentRoll.passMax { break }
        }
        if request.mode == .full { try await dropOldResults(before: attempt.claim.claimedAt, attempt.logger) }
        try await ContinuousClock().sleep(until: begun + settings.settling)
        let publication = Publication(school: school, checkpoint: checkpoint, execution: execution, nextCounted: until)
        return .done(publication.report, effects: { try await publication.publish(in: $0) })
    }

    /// Goes on from the last checkpoint, or opens the run as the attempt's first step.
    private func opened(
        _ attempt: Attempt<PostgresJobStore>, execution: ExecutionID, request: ValuationRequest
    ) async throws -> ValuationCheckpoint {
        if let text = attempt.claim.checkpoint {
            return try JSONDecoder().decode(ValuationCheckpoint.self, from: Data(text.utf8))
        }
        let asOf = request.asOf ?? attempt.claim.tick?.instant ?? attempt.claim.claimedAt
        guard ValuationSpan.contains(asOf) else {
            throw RequestRefused(reason: "as_of \(asOf) is outside the years 1 to 9999")
        }
        guard asOf <= attempt.claim.claimedAt else {
            throw RequestRefused(
                reason: "as_of \(asOf) lies in the future: balances would stand still until then. "
                    + "Use `investments explain` with that time to see what a student will have")
        }
        // The number is taken first, so that the run's row, its partition and the checkpoint that names them commit
        // together. One that is taken and not used is no harm.
        guard let next = try await pool.first(NextRun(classID: request.classID)), next.isKnownClass else {
            throw RequestRefused(reason: "there is no class \(request.classID.map(String.init) ?? "")")
        }
        let checkpoint = ValuationCheckpoint(run: next.run, asOf: asOf, studentsTotal: Int(next.students))
        let open = OpenValuation(
            run: next.run, execution: execution, request: request, policy: settings.firstRate, asOf: asOf, now: nil)
        try await attempt.step(
            checkpoint: encode(checkpoint), progress: RunProgress(done: 0, total: checkpoint.studentsTotal)
        ) { try await $0.run(open) }
        return checkpoint
    }

    /// Makes sure that all of the run goes by the same terms: what was written under others is taken back.
    ///
    /// They change when somebody edits a class or its rates, or another run moves it, while this one is cut off.
    private func settle(
        on school: School, _ attempt: Attempt<PostgresJobStore>, execution: ExecutionID,
        checkpoint: inout ValuationCheckpoint
    ) async throws {
        let isResumed = checkpoint.cursor > .min
        guard isResumed, checkpoint.basis != school.basis else {
            checkpoint.basis = school.basis
            return
        }
        attempt.logger.event(
            .valuationStartedOver, "the terms of a class changed while the run was cut off; it starts over")
        let run = checkpoint.run
        checkpoint = ValuationCheckpoint(run: run, asOf: checkpoint.asOf, studentsTotal: checkpoint.studentsTotal)
        checkpoint.basis = school.basis
        try await attempt.step(
            checkpoint: encode(checkpoint), progress: RunProgress(done: 0, total: checkpoint.studentsTotal)
        ) { transaction in
            try await transaction.execute("truncate investments.\(identifier: "result_\(run)")")
            try await transaction.run(ForgetFindings(execution: execution))
        }
    }

    /// Writes a roll in batches, each with its findings and its checkpoint.
    private func write(
        _ roll: StudentRoll, of school: School, attempt: Attempt<PostgresJobStore>, execution: ExecutionID,
        checkpoint: inout ValuationCheckpoint
    ) async throws {
        var start = 0
        while start < roll.ids.count {
            let end = min(start + settings.batchSize, roll.ids.count)
            var batch = StudentBatch(start..<end, of: roll, in: school, after: checkpoint.tally)
            try await decide(&batch, in: school)
            checkpoint.cursor = roll.ids[end - 1]
            checkpoint.tally = batch.tally
            checkpoint.tally.unvalued += roll.unvalued(before: start..<end)
            if end == roll.ids.count { finishPass(of: roll, &checkpoint) }
            let rows = BatchRows(run: checkpoint.run, batch: batch, execution: execution)
            let done = min(checkpoint.tally.students + checkpoint.tally.unvalued, checkpoint.studentsTotal)
            try await attempt.step(
                checkpoint: encode(checkpoint), progress: RunProgress(done: done, total: checkpoint.studentsTotal)
            ) { try await rows.write(in: $0) }
            start = end
        }
        // A pass without a student to write still moves on.
        if roll.ids.isEmpty { finishPass(of: roll, &checkpoint) }
    }

    private func finishPass(of roll: StudentRoll, _ checkpoint: inout ValuationCheckpoint) {
        checkpoint.tally.unvalued += roll.unvalued(before: roll.ids.count..<roll.ids.count + 1)
        if let last = roll.lastRead { checkpoint.cursor = last }
    }

    /// Values in high precision what Doubles could not decide.
    private func decide(_ batch: inout StudentBatch, in school: School) async throws {
        guard !batch.undecided.isEmpty else { return }
        let students = batch.undecided.map { batch.rows[$0.row].student }
        let rows = try await pool.run(InvestmentsOf(students: students))
        let byStudent = Dictionary(grouping: rows, by: \.student)
        // Class by class: the growth of the last class is kept.
        for (row, place) in batch.undecided.sorted(by: { $0.schoolClass < $1.schoolClass }) {
            try Task.checkCancellation()
            guard case .success(let terms) = school.classes[place].terms else { continue }
            let investments = byStudent[batch.rows[row].student, default: []].map(\.investment)
            let result = Result { () throws(ValuationFinding) in
                try exact.value(of: investments, under: terms, asOf: school.asOf)
            }
            batch.decide(row, as: result)
        }
    }

    /// Lets the amounts of old runs go, a run a transaction. What a reader holds is left for the next time.
    private func dropOldResults(before now: Instant, _ logger: Logger) async throws {
        for run in try await pool.run(OldResults(cutoff: now - settings.retention, limit: Self.dropsMax)) {
            do {
                try await pool.run(DropResults(run: run))
            } catch {
                logger.info(
                    "the results of a run are kept for now", metadata: ["run_no": "\(run)", "error": "\(error)"])
            }
        }
    }

    private func encode(_ checkpoint: ValuationCheckpoint) throws -> String {
        String(decoding: try JSONEncoder().encode(checkpoint), as: UTF8.self)
    }
}

/// What a run is told of its limits by the configuration.
package struct InvestmentSettings: Sendable, Hashable {
    /// Students committed together.
    package var batchSize: Int
    package var firstRate: FirstRatePolicy
    /// How long the students' amounts of a run to which no balance goes back are kept.
    package var retention: Duration
    /// The least time between the opening of a run's partition and its publication.
    ///
    /// A reader whose query was planned before the partition was there and executed after the class's pointer moved to
    /// it would find no row. A plan is executed within milliseconds: none spans this.
    package var settling = Duration.milliseconds(250)

    package init(
        batchSize: Int = 10_000, firstRate: FirstRatePolicy = .firstRateHolds,
        retention: Duration = .seconds(30 * 86_400)
    ) {
        precondition(batchSize > 0, "a batch holds somebody")
        self.batchSize = batchSize
        self.firstRate = firstRate
        self.retention = retention
    }
}

/// A valuation that cannot be done as asked; asking again the same way does not help.
package struct RequestRefused: ClassifiedFailure, CustomStringConvertible {
    package let reason: String

    package var failureClass: FailureClass { .refused }
    package var description: String { reason }
}
