import Jobs
package import Primitives

// What is heard: the answer to a submission, the result of a look-up, a company's report by whatever way.
extension IntentMachine {
    /// The answer to an attempt. It counts only for the attempt under way; later it is at most knowledge.
    ///
    /// - Parameter chance: uniform in 0..<1, for the pause.
    package mutating func hear(
        _ answer: EffectAnswer, to attempt: Int, at now: Instant, chance: Double
    ) -> IntentVerdict {
        guard standing.state == .submitting, standing.attempt == attempt else {
            return hearLate(answer, to: attempt, at: now)
        }
        switch answer {
        case .accepted(let remoteID):
            return report(acceptance(remoteID, now), at: now)
        case .refused(let code, let message):
            let refusal = IntentStanding.Refusal(code: code, message: message)
            guard standing.doubtfulSince != nil else { return refuse(refusal, at: now) }
            // An earlier attempt may have been carried out: the refusal says nothing of that one.
            doubt(endedAt: now)
            standing.refusal = refusal
            standing.nextAt = visibleAt
            return .changed("refused (\(refusal.code)), to be confirmed: an earlier attempt may have been carried out")
        case .unknown(let why):
            doubt(endedAt: now)
            standing.nextAt = pauseEnds(after: now, chance: chance)
            return .changed("no answer: \(why)")
        case .throttled(let retryAfter):
            let pause = min(retryAfter ?? .zero, EffectTarget.retryAfterMax)
            standing.endedAt = now
            move(to: standing.doubtfulSince == nil ? .planned : .unknown)
            standing.nextAt = max(now + pause, pauseEnds(after: now, chance: chance))
            return .changed("too many requests; they ask for \(Int64(pause.inSeconds)) s")
        }
    }

    private func acceptance(_ remoteID: String, _ now: Instant) -> EffectReport {
        EffectReport(
            reference: nil, remoteID: remoteID, status: target.acceptanceIsFinal ? .succeeded : .pending, madeAt: now)
    }

    private mutating func hearLate(_ answer: EffectAnswer, to attempt: Int, at now: Instant) -> IntentVerdict {
        switch answer {
        case .accepted(let remoteID):
            let verdict = report(acceptance(remoteID, now), at: now)
            return verdict == .unchanged ? .noted("attempt \(attempt) was accepted as \(remoteID)") : verdict
        case .refused(let code, _): return .noted("attempt \(attempt) was refused (\(code))")
        case .unknown(let why): return .noted("attempt \(attempt) had no answer: \(why)")
        case .throttled: return .noted("attempt \(attempt) was one too many")
        }
    }

    /// When to go on: after the pause, but when the key is not kept then, not before a look-up proves something.
    private func pauseEnds(after now: Instant, chance: Double) -> Instant {
        let end = now + target.retry.pause(afterFailures: max(standing.attempt, 1), chance: chance)
        guard standing.state == .unknown, standing.refusal != nil || !isKeyKept(at: end) else { return end }
        return max(end, visibleAt)
    }

    private mutating func refuse(_ refusal: IntentStanding.Refusal, at now: Instant) -> IntentVerdict {
        settle(as: .refused, at: now)
        standing.refusal = refusal
        return .changed("refused (\(refusal.code)): \(refusal.message)")
    }

    private mutating func settle(as state: IntentState, at now: Instant) {
        move(to: state)
        if standing.sentAt != nil { standing.endedAt = standing.endedAt ?? now }
        standing.doubtfulSince = nil
        standing.nextAt = nil
        standing.parkReason = nil
        standing.refusal = nil
        standing.settledAt = now
    }
}

// MARK: A person

extension IntentMachine {
    /// A person has made sure that the company never did it, and never will under this key. What to write into the
    /// history; nil unless it is parked and the company never had it.
    package mutating func refuseByHand(because reason: String, at now: Instant) -> String? {
        guard standing.state == .parked, standing.remoteID == nil else { return nil }
        let parked = standing.parkReason ?? ""
        _ = refuse(IntentStanding.Refusal(code: Self.byHand, message: reason), at: now)
        return "refused by hand: \(reason); it was parked because \(parked)"
    }

    /// The code of a refusal that a person decided.
    static let byHand = "by_hand"
}

// MARK: Look-ups

extension IntentMachine {
    /// What a look-up came to.
    package enum LookUpResult: Sendable, Hashable {
        case found(EffectReport)
        case absent
        case failed(why: String)
    }

    /// The result of a look-up that was begun at `askedAt`, when the intent had changed `changes` times.
    package mutating func hear(
        _ result: LookUpResult, askedAt: Instant, changes: Int, at now: Instant, chance: Double
    ) -> IntentVerdict {
        if case .found(let found) = result {
            let verdict = report(found, at: now)
            guard verdict == .unchanged, standing.state == .accepted else { return verdict }
            postpone(at: now, chance: chance)
            return .postponed
        }
        // Whatever happened in between, that nothing was found before says nothing of it.
        guard changes == standing.changes, !standing.state.isSettled, standing.state != .submitting else {
            return .unchanged
        }
        postpone(at: now, chance: chance)
        if case .failed(let why) = result { return .changed("the look-up failed: \(why)") }
        switch standing.state {
        case .planned:
            standing.lookUps = 0
            standing.absentAt = now
            standing.nextAt = now
            return .changed("not there: it can be sent")
        case .unknown: return absentInDoubt(askedAt: askedAt, at: now)
        case .accepted: return .changed("not found, though it was accepted")
        case .submitting, .refused, .done, .reversed, .parked: return .unchanged
        }
    }

    private mutating func postpone(at now: Instant, chance: Double) {
        standing.lookUps += 1
        standing.nextAt = now + target.polling.pause(afterFailures: standing.lookUps, chance: chance)
    }

    private mutating func absentInDoubt(askedAt: Instant, at now: Instant) -> IntentVerdict {
        guard askedAt >= visibleAt else {
            standing.nextAt = max(now, visibleAt)
            return .changed("not found, which proves nothing before \(visibleAt.rfc3339)")
        }
        standing.absentAt = askedAt
        if let refusal = standing.refusal { return refuse(refusal, at: now) }
        if isKeyKept(at: now) {
            standing.nextAt = now
            return .changed("not found; the key is still kept, so it is sent again")
        }
        let reason = "its outcome is unknown, nothing of it is found, and the key may be forgotten: look at the company"
        return park(reason: reason).map { .changed($0) } ?? .unchanged
    }
}

// MARK: Reports

extension IntentMachine {
    /// What the company says of the effect, by whatever way and in whatever order it comes.
    package mutating func report(_ report: EffectReport, at now: Instant) -> IntentVerdict {
        let remoteID = EffectName.kept(report.remoteID, max: EffectName.remoteMax)
        if let known = standing.remoteID, known != remoteID {
            return .contradicted("the company has it twice: as \(known), and as \(remoteID)")
        }
        switch standing.state {
        case .planned, .submitting, .unknown, .parked, .accepted:
            if report.status == .pending, standing.acceptedAt != nil { return .unchanged }
            standing.remoteID = remoteID
            standing.acceptedAt = standing.acceptedAt ?? now
            return advance(by: report, at: now)
        case .done: return report.status == .pending || report.status == .succeeded ? .unchanged : undo(report, at: now)
        case .refused:
            // What failed was pending once; what was refused was never there at all.
            if standing.remoteID != nil, report.status != .succeeded { return .unchanged }
            return .contradicted("the company refused it, and has it as \(remoteID), \(report.status.rawValue)")
        case .reversed: return .unchanged
        }
    }

    private mutating func advance(by report: EffectReport, at now: Instant) -> IntentVerdict {
        let remoteID = standing.remoteID ?? report.remoteID
        switch report.status {
        case .pending:
            settle(as: .accepted, at: now)
            standing.settledAt = nil
            standing.nextAt = now + target.polling.pause(afterFailures: 1, chance: 0)
            return .changed("accepted as \(remoteID)")
        case .succeeded:
            settle(as: .done, at: now)
            return .changed("done as \(remoteID)")
        case .failed: return refuse(refusal(in: report), at: now)
        case .reversed: return undo(report, at: now)
        }
    }

    private mutating func undo(_ report: EffectReport, at now: Instant) -> IntentVerdict {
        settle(as: .reversed, at: now)
        standing.refusal = refusal(in: report)
        return .changed("reversed (\(report.code)): \(report.message)")
    }

    private func refusal(in report: EffectReport) -> IntentStanding.Refusal {
        IntentStanding.Refusal(
            code: report.code.isEmpty ? report.status.rawValue : report.code, message: report.message)
    }
}
