package import Primitives

/// What becomes of an intent, whatever is heard in whatever order: it only ever moves forward.
///
/// Pure: instants and chance are arguments. Whoever performs what it says writes its standing down only if the row is
/// still the one that it was made from.
package struct IntentMachine: Sendable, Hashable {
    package let target: EffectTarget
    package internal(set) var standing: IntentStanding

    package init(target: EffectTarget, standing: IntentStanding) {
        self.target = target
        self.standing = standing
    }

    /// What is to be done now.
    package func step(at now: Instant) -> IntentStep {
        guard let nextAt = standing.nextAt else { return .settled }
        if now < nextAt { return .wait(until: nextAt) }
        switch standing.state {
        case .refused, .done, .reversed, .parked: return .settled
        case .submitting: return .giveUpPerformer
        case .planned: return stepOfPlanned(at: now)
        case .unknown: return stepOfUnknown(at: now)
        case .accepted: return stepOfAccepted(at: now)
        }
    }

    private func stepOfPlanned(at now: Instant) -> IntentStep {
        if standing.attempt >= target.attemptsMax { return .park(reason: Self.tooManyAttempts) }
        if standing.lookUps >= target.lookUpsMax { return .park(reason: Self.tooManyLookUps) }
        // Whatever a database that was set back unseen has forgotten was sent after the intent was decided. While the
        // company keeps the key, sending it again does no harm; later it would.
        let known = standing.absentAt ?? standing.plannedAt
        return now + target.callLimit > known + target.keyLife && !isJustLookedUp(now) ? .lookUp : .submit
    }

    /// A company that knows no keys is looked up before each first submission; once is enough.
    private func isJustLookedUp(_ now: Instant) -> Bool {
        standing.absentAt.map { now - $0 < target.callLimit } ?? false
    }

    private func stepOfUnknown(at now: Instant) -> IntentStep {
        if standing.refusal == nil, isKeyKept(at: now) { return .submit }
        if standing.lookUps >= target.lookUpsMax { return .park(reason: Self.tooManyLookUps) }
        let visible = visibleAt
        return now < visible ? .wait(until: visible) : .lookUp
    }

    private func stepOfAccepted(at now: Instant) -> IntentStep {
        if let acceptedAt = standing.acceptedAt, now >= acceptedAt + target.settlementLimit {
            return .park(reason: "accepted at \(acceptedAt.rfc3339), and neither done nor refused since")
        }
        return .lookUp
    }

    /// The same key and bytes may be sent: the call would end while the company still keeps the key.
    func isKeyKept(at now: Instant) -> Bool {
        guard let doubtfulSince = standing.doubtfulSince, standing.attempt < target.attemptsMax else { return false }
        return now + target.callDuration <= doubtfulSince + target.keyLife
    }

    /// From then on, that nothing is found proves something.
    var visibleAt: Instant {
        (standing.endedAt ?? standing.plannedAt) + target.visibilityDelay
    }

    static let tooManyAttempts = "it was tried too often"
    static let tooManyLookUps = "looking it up failed too often"
}

// MARK: Our own doing

extension IntentMachine {
    /// Begins a submission; what to write into the history. Nil unless that is what is to be done now.
    package mutating func begin(at now: Instant) -> String? {
        guard step(at: now) == .submit else { return nil }
        move(to: .submitting)
        standing.attempt += 1
        standing.sentAt = now
        standing.endedAt = nil
        standing.nextAt = now + target.performerLimit
        return "attempt \(standing.attempt)" + (standing.doubtfulSince == nil ? "" : ", the same key and bytes")
    }

    /// The performer of the last submission is gone: nobody knows what came of it.
    package mutating func giveUpPerformer(at now: Instant) -> String? {
        guard step(at: now) == .giveUpPerformer else { return nil }
        doubt(endedAt: now)
        standing.nextAt = now
        return "nobody recorded what came of attempt \(standing.attempt)"
    }

    /// Leaves it to a person. Nil when it is settled already.
    package mutating func park(reason: String) -> String? {
        guard !standing.state.isSettled else { return nil }
        move(to: .parked)
        standing.nextAt = nil
        standing.parkReason = EffectName.kept(reason)
        return reason
    }

    /// Whoever worked on it failed at something else than the company. False when it is not due.
    mutating func putOff(until: Instant, at now: Instant) -> Bool {
        guard let nextAt = standing.nextAt, nextAt <= now else { return false }
        standing.nextAt = until
        return true
    }

    /// One step forward: what was counted for the last state counts no more.
    mutating func move(to state: IntentState) {
        standing.state = state
        standing.lookUps = 0
        standing.absentAt = nil
    }

    mutating func doubt(endedAt now: Instant) {
        standing.doubtfulSince = standing.doubtfulSince ?? standing.sentAt ?? now
        standing.endedAt = now
        move(to: .unknown)
    }
}
