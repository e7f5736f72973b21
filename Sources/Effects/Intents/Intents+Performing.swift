import Postgres
import Primitives

extension Intents {
    /// Commits what `body` writes: a transaction of its own, or a fenced step of an attempt.
    typealias Committing = (_ body: @Sendable (Transaction) async throws -> Void) async throws -> Void

    /// What one `perform` does at most: gives a performer up, looks up, submits, and looks at what came of it.
    private static let stepsMax = 6

    /// Does what is to be done about an intent now: submits it, looks it up, or leaves it to a person.
    ///
    /// The call is outside any transaction. What it throws comes from the database: the intent then stays as it is
    /// written, and whoever works on it next goes on from there.
    package func perform(
        _ id: Int64, via provider: some EffectProvider, by who: String
    ) async throws -> IntentProgress {
        try await perform(id, via: provider, by: who) { body in
            try await pool.transaction { try await body($0) }
        }
    }

    func perform(
        _ id: Int64, via provider: some EffectProvider, by who: String, committing: Committing
    ) async throws -> IntentProgress {
        var last: Survey?
        for _ in 1...Self.stepsMax {
            let survey = try await survey(id, by: who)
            last = survey
            if let why = survey.held, survey.step == .submit || survey.intent.state == .planned {
                return .held(survey.intent, why: why, until: survey.now + Self.heldPause)
            }
            switch survey.step {
            case .settled: return .settled(survey.intent)
            case .wait(let until): return .waiting(survey.intent, until: until)
            case .submit:
                let opened = uptime()
                guard let call = try await begin(id, by: who, committing) else { continue }
                let answer = await submit(call, openedAt: opened, via: provider)
                try await record(answer, of: call, by: who)
            case .lookUp: try await lookUp(survey, via: provider, by: who)
            case .giveUpPerformer, .park: break
            }
        }
        guard let last else { throw CancellationError() }
        return .waiting(last.intent, until: last.now)
    }

    /// Looks an intent up whatever its state: what a person does about a parked one.
    @discardableResult
    package func lookUp(_ id: Int64, via provider: some EffectProvider, by who: String) async throws -> Intent {
        let survey = try await survey(id, by: who)
        try await lookUp(survey, via: provider, by: who)
        return try await self.survey(id, by: who).intent
    }

    /// From one look at a held target to the next.
    static let heldPause = Duration.seconds(60)
}

// MARK: The steps

extension Intents {
    /// An intent as it is after everything was done about it that needs no call.
    private struct Survey: Sendable {
        let intent: Intent
        let now: Instant
        let step: IntentStep
        /// Why nothing may be submitted.
        let held: String?
    }

    private func survey(_ id: Int64, by who: String) async throws -> Survey {
        let (survey, change, isNewlyHeld) = try await pool.transaction { transaction in
            var held = try await hold(id, in: transaction)
            if let detail = held.machine.giveUpPerformer(at: held.now) {
                try await write(&held, .lost, detail, by: who, in: transaction)
            }
            var change: IntentChange?
            if held.locked.hasStrays { change = try await takeOverStray(&held, by: who, in: transaction) }
            var step = held.machine.step(at: held.now)
            if case .park(let reason) = step, let detail = held.machine.park(reason: reason) {
                change = try await write(&held, .park, detail, by: who, in: transaction)
                step = .settled
            }
            guard held.locked.isElsewhere else {
                return (Survey(intent: held.intent, now: held.now, step: step, held: held.locked.held), change, false)
            }
            let moved = HoldMovedTargets(name: held.intent.target, now: held.now)
            let isNewlyHeld = try await transaction.first(moved) != nil
            let survey = Survey(intent: held.intent, now: held.now, step: step, held: HoldMovedTargets.why)
            return (survey, change, isNewlyHeld)
        }
        logIfParked(change)
        if isNewlyHeld { logHold(survey.intent.target, HoldMovedTargets.why) }
        return survey
    }

    /// A submission that was begun: committed, and not sent yet.
    private struct Call: Sendable {
        let intent: Intent
        let attempt: Int
        let request: EffectRequest
    }

    /// Nil when something else is to be done by now.
    private func begin(_ id: Int64, by who: String, _ committing: Committing) async throws -> Call? {
        let begun = Box<Call?>(nil)
        try await committing { transaction in
            begun.set(nil)
            var held = try await hold(id, in: transaction)
            guard held.locked.held == nil, !held.locked.isElsewhere else { return }
            guard let detail = held.machine.begin(at: held.now) else { return }
            try await write(&held, .begin, detail, by: who, in: transaction)
            guard let bytes = try await transaction.first(RequestOfIntent(id: id)) else { return }
            let request = EffectRequest(operation: held.intent.operation, bytes: bytes)
            begun.set(Call(intent: held.intent, attempt: held.intent.standing.attempt, request: request))
        }
        return begun.get()
    }

    /// Makes the call, unless its time is over: a performer that was frozen before it must not wake up and send.
    private func submit(
        _ call: Call, openedAt opened: ContinuousClock.Instant, via provider: some EffectProvider
    ) async -> EffectAnswer {
        guard let limit = targets[call.intent.target]?.callLimit, uptime() - opened < limit, !Task.isCancelled else {
            return .throttled(retryAfter: nil)
        }
        do {
            let key = call.intent.key
            let answer = try await within(limit) { try await provider.submit(call.request, key: key) }
            return answer ?? .unknown(why: "no answer within \(limit)")
        } catch {
            return .unknown(why: "\(error)")
        }
    }

    private func record(_ answer: EffectAnswer, of call: Call, by who: String) async throws {
        let report = answer.remoteID.map { remoteID in
            EffectReport(
                reference: call.intent.key, remoteID: remoteID, status: .pending, madeAt: call.intent.standing.plannedAt
            )
        }
        try await settle(call.intent.id, .answer, report: report, by: who) { held in
            held.machine.hear(answer, to: call.attempt, at: held.now, chance: chance())
        }
    }

    private func lookUp(_ survey: Survey, via provider: some EffectProvider, by who: String) async throws {
        let result: IntentMachine.LookUpResult
        let reference = survey.intent.reference
        let limit = try target(survey.intent.target).callLimit
        do {
            let found = try await within(limit) { LookedUp(report: try await provider.lookUp(reference)) }
            result = found.map { $0.report.map { .found($0) } ?? .absent } ?? .failed(why: "no answer within \(limit)")
        } catch {
            result = .failed(why: "\(error)")
        }
        var report: EffectReport?
        if case .found(let found) = result { report = found }
        try await settle(survey.intent.id, .lookUp, report: report, by: who) { held in
            held.machine.hear(
                result, askedAt: survey.now, changes: survey.intent.standing.changes, at: held.now,
                chance: chance())
        }
    }

    private struct LookedUp: Sendable {
        let report: EffectReport?
    }

    private static let recordsMax = 3

    /// Writes down what was heard. When the COMMIT's answer is lost it is heard again: then it moves nothing.
    private func settle(
        _ id: Int64, _ cause: EffectEvent.Cause, report: EffectReport?, by who: String,
        _ hear: @Sendable (inout Held) -> IntentVerdict
    ) async throws {
        for record in 1...Self.recordsMax {
            do {
                let change = try await pool.transaction { transaction in
                    var held = try await hold(id, in: transaction)
                    let verdict = hear(&held)
                    return try await write(verdict, of: &held, cause, report: report, by: who, in: transaction)
                }
                return logIfParked(change)
            } catch let error as PostgresError where error.code == .commitUnknown && record < Self.recordsMax {}
        }
    }
}

extension EffectAnswer {
    fileprivate var remoteID: String? {
        if case .accepted(let remoteID) = self { remoteID } else { nil }
    }
}
