package import Audit
package import Postgres
package import Primitives

/// Has ticks of the past run afterwards: first a plan that changes nothing, then the plan itself, by its digest.
package struct BackfillOperations: Sendable {
    private let pool: PostgresPool
    private let audit: AuditTrail
    private let time: (any TimeSource)?

    /// The jobs of a backfill, in the order of their ticks.
    package struct Started: Sendable, Hashable {
        package let count: Int
        package let firstJob: Int64
        package let lastJob: Int64
    }

    package init(pool: PostgresPool, audit: AuditTrail, time: (any TimeSource)? = nil) {
        self.pool = pool
        self.audit = audit
        self.time = time
    }

    /// What would run now. Changes nothing.
    package func plan(_ wish: BackfillWish) async throws -> BackfillPlan {
        try await plan(wish, on: pool)
    }

    private func plan(_ wish: BackfillWish, on runner: some StatementRunner) async throws -> BackfillPlan {
        guard let view = try await runner.first(ScheduleByName(wish.schedule)) else {
            throw OperationRefusal.noSchedule(wish.schedule)
        }
        let now = try await runner.run(StoreClock(now: time?.now()))[0]
        return try await BackfillPlan(wish, of: view, now: now, on: runner)
    }

    /// Starts the runs of a plan, behind the schedule's unfinished ones. Refuses when the plan is another by now.
    package func apply(_ wish: BackfillWish, digest: String, by order: OperatorOrder) async throws -> Started {
        try await pool.transaction { transaction in
            guard let edited = try await transaction.first(ScheduleForEdit(name: wish.schedule)) else {
                throw OperationRefusal.noSchedule(wish.schedule)
            }
            try order.requireReason(where: edited.money, for: "schedule \(wish.schedule)")
            let plan = try await plan(wish, on: transaction)
            guard plan.digest == digest else {
                throw OperationRefusal.conflict(
                    "the plan is another by now: \(plan.ticks.count) ticks under digest \(plan.digest)",
                    place: "body field digest", hint: "look at the plan again, and give its digest")
            }
            guard !plan.ticks.isEmpty else {
                throw OperationRefusal.conflict(
                    "nothing of the span is left to run", hint: "`bursarctl schedules backfill` shows why")
            }
            let now = try await transaction.run(StoreClock(now: time?.now()))[0]
            try await transaction.run(StandInLine(key: "backfill/\(edited.id)/\(plan.name)"))
            let rows = try await transaction.run(
                InsertBackfill(
                    schedule: edited.id, plan: plan, source: "operator \(order.actor.name): backfill", now: now))
            guard let started = rows.first else {
                throw OperationRefusal.conflict("nothing was started", hint: "look at the plan again")
            }
            try await audit.record(
                order.entry(
                    "schedule.backfill", "schedule \(wish.schedule)", before: nil, after: plan.summary(started)),
                in: transaction)
            return started
        }
    }
}

extension BackfillPlan {
    /// JSON for the audit.
    fileprivate func summary(_ started: BackfillOperations.Started) -> String {
        """
        {"from":"\(span.lowerBound)","to":"\(span.upperBound)","count":\(started.count),"digest":"\(digest)",\
        "first_job":"\(started.firstJob)","last_job":"\(started.lastJob)"}
        """
    }
}
