import Effects
import Primitives
import ProviderSupport
import Testing

@Suite struct IntentMachineTests {
    private static let begin = EffectsWorld.begin

    private func machine(_ change: (inout EffectTarget) -> Void = { _ in }) throws -> IntentMachine {
        IntentMachine(target: try bank(change), standing: IntentStanding(plannedAt: Self.begin))
    }

    private func report(_ status: EffectReport.Status, _ remoteID: String = "obj_1") -> EffectReport {
        EffectReport(reference: nil, remoteID: remoteID, status: status, madeAt: Self.begin)
    }

    @Test func `after a lost answer the same attempt is made again while the key is kept, and looked up after`() throws
    {
        var machine = try machine()
        let first = machine.begin(at: Self.begin)
        #expect(first == "attempt 1")
        #expect(machine.hear(.unknown(why: "cut"), to: 1, at: Self.begin, chance: 0) != .unchanged)
        let next = try #require(machine.standing.nextAt)
        #expect(machine.step(at: next) == .submit)
        let late = Self.begin + .seconds(23 * 3_600 - 59)
        #expect(machine.step(at: late) == .lookUp)
        #expect(machine.begin(at: late) == nil)
        #expect(machine.step(at: Self.begin + .seconds(23 * 3_600 - 60)) == .submit)
    }

    @Test func `nothing found proves nothing within the visibility delay, and leaves it to a person after`() throws {
        var machine = try machine { $0.keyLife = .zero }
        #expect(machine.step(at: Self.begin) == .lookUp)
        _ = machine.hear(.absent, askedAt: Self.begin, changes: 0, at: Self.begin, chance: 0)
        _ = machine.begin(at: Self.begin)
        _ = machine.hear(.unknown(why: "cut"), to: 1, at: Self.begin, chance: 0)
        let early = Self.begin + .seconds(899)
        #expect(machine.step(at: early) == .wait(until: Self.begin + .seconds(900)))
        _ = machine.hear(.absent, askedAt: early, changes: 0, at: early, chance: 0)
        #expect(machine.standing.state == .unknown)
        let later = Self.begin + .seconds(900)
        #expect(machine.step(at: later) == .lookUp)
        _ = machine.hear(.absent, askedAt: later, changes: 0, at: later, chance: 0)
        #expect(machine.standing.state == .parked && machine.standing.parkReason != nil)
        // The person, or a webhook, finds it.
        _ = machine.report(report(.succeeded), at: later)
        #expect(machine.standing.state == .done && machine.standing.parkReason == nil)
    }

    @Test func `a look-up that began before something was sent says nothing of it`() throws {
        var machine = try machine { $0.keyLife = .zero }
        _ = machine.hear(.absent, askedAt: Self.begin, changes: 0, at: Self.begin, chance: 0)
        _ = machine.begin(at: Self.begin)
        machine.count()
        _ = machine.hear(.unknown(why: "cut"), to: 1, at: Self.begin, chance: 0)
        let later = Self.begin + .seconds(3_600)
        #expect(machine.hear(.absent, askedAt: later, changes: 0, at: later, chance: 0) == .unchanged)
        #expect(machine.standing.state == .unknown)
    }

    @Test func `a refusal is definite at once when nothing was sent before`() throws {
        var machine = try machine()
        _ = machine.begin(at: Self.begin)
        _ = machine.hear(.throttled(retryAfter: .seconds(30)), to: 1, at: Self.begin, chance: 0)
        #expect(machine.standing.state == .planned && machine.standing.nextAt == Self.begin + .seconds(30))
        let then = Self.begin + .seconds(30)
        _ = machine.begin(at: then)
        _ = machine.hear(.refused(code: "closed", message: "no such account"), to: 2, at: then, chance: 0)
        #expect(machine.standing.state == .refused && machine.standing.refusal?.code == "closed")
    }

    @Test func `a refusal after a lost answer is believed only when a look-up finds nothing`() throws {
        for isThere in [false, true] {
            var machine = try machine()
            _ = machine.begin(at: Self.begin)
            _ = machine.hear(.unknown(why: "cut"), to: 1, at: Self.begin, chance: 0)
            let then = Self.begin + .seconds(60)
            _ = machine.begin(at: then)
            _ = machine.hear(.refused(code: "balance", message: ""), to: 2, at: then, chance: 0)
            #expect(machine.standing.state == .unknown)
            let proven = then + .seconds(900)
            #expect(machine.step(at: then + .seconds(899)) == .wait(until: proven))
            #expect(machine.step(at: proven) == .lookUp)
            let result: IntentMachine.LookUpResult = isThere ? .found(report(.pending)) : .absent
            _ = machine.hear(result, askedAt: proven, changes: 0, at: proven, chance: 0)
            #expect(machine.standing.state == (isThere ? .accepted : .refused))
        }
    }

    @Test func `an intent that waited longer than keys are kept is looked up before it is first sent`() throws {
        var machine = try machine()
        let late = Self.begin + .seconds(24 * 3_600)
        #expect(machine.step(at: late) == .lookUp)
        #expect(machine.begin(at: late) == nil)
        _ = machine.hear(.absent, askedAt: late, changes: 0, at: late, chance: 0)
        #expect(machine.begin(at: late) != nil)
    }

    @Test func `an answer to an attempt that is no longer under way moves nothing but knowledge`() throws {
        var machine = try machine()
        _ = machine.begin(at: Self.begin)
        let gone = Self.begin + .seconds(90)
        #expect(machine.step(at: gone - .microseconds(1)) == .wait(until: gone))
        #expect(machine.step(at: gone) == .giveUpPerformer)
        _ = machine.giveUpPerformer(at: gone)
        _ = machine.begin(at: gone)
        #expect(machine.standing.attempt == 2)
        for answer in [EffectAnswer.refused(code: "x", message: ""), .unknown(why: ""), .throttled(retryAfter: nil)] {
            guard case .noted = machine.hear(answer, to: 1, at: gone, chance: 0) else {
                Issue.record("\(answer) moved it")
                continue
            }
            #expect(machine.standing.state == .submitting && machine.standing.attempt == 2)
        }
        _ = machine.hear(.accepted(remoteID: "obj_1"), to: 1, at: gone, chance: 0)
        #expect(machine.standing.state == .accepted)
        guard case .contradicted = machine.hear(.accepted(remoteID: "obj_2"), to: 2, at: gone, chance: 0) else {
            Issue.record("a second effect went unnoticed")
            return
        }
    }

    @Test func `a refused intent that exists all the same is a contradiction`() throws {
        var machine = try machine()
        _ = machine.begin(at: Self.begin)
        _ = machine.hear(.refused(code: "x", message: ""), to: 1, at: Self.begin, chance: 0)
        for status in EffectReport.Status.allCases {
            guard case .contradicted = machine.report(report(status), at: Self.begin) else {
                Issue.record("\(status) went unnoticed")
                continue
            }
            #expect(machine.standing.state == .refused)
        }
    }

    @Test func `accepted for ever goes to a person`() throws {
        var machine = try machine()
        _ = machine.report(report(.pending), at: Self.begin)
        let never = Self.begin + .seconds(100 * 86_400)
        #expect(machine.step(at: never - .seconds(1)) == .lookUp)
        guard case .park(let reason) = machine.step(at: never) else {
            Issue.record("it is asked for ever")
            return
        }
        _ = machine.park(reason: reason)
        #expect(machine.standing.state == .parked)
        _ = machine.report(report(.failed), at: never)
        #expect(machine.standing.state == .refused)
    }

    /// Whatever is heard in whatever order.
    @Test func `no history moves an intent backwards, and an effect that is known stays known`() throws {
        let rank: [IntentState: Int] = [
            .planned: 0, .submitting: 0, .unknown: 0, .parked: 0, .accepted: 1, .done: 2, .refused: 2, .reversed: 3,
        ]
        for seed in 1...3_000 {
            var random = SeededRandom(seed: UInt64(seed))
            var machine = try machine { $0.keyLife = .seconds(seed.isMultiple(of: 2) ? 600 : 0) }
            var now = Self.begin
            for _ in 0..<40 {
                let before = machine.standing
                now = now + random.duration(below: .seconds(400))
                apply(&machine, at: now, &random)
                let after = machine.standing
                let parkedLate = after.state == .parked && before.acceptedAt != nil
                #expect(parkedLate || (rank[after.state] ?? 0) >= (rank[before.state] ?? 0), "seed \(seed)")
                #expect(before.remoteID == nil || before.remoteID == after.remoteID, "seed \(seed)")
                #expect(after.attempt >= before.attempt && (after.nextAt == nil) == after.state.isSettled)
                #expect(![.refused, .reversed].contains(before.state) || after == before, "seed \(seed)")
                if after.state == .submitting, before.state != .submitting {
                    #expect(after.attempt == before.attempt + 1)
                }
            }
        }
    }

    private func apply(_ machine: inout IntentMachine, at now: Instant, _ random: inout SeededRandom) {
        let attempt = max(machine.standing.attempt - (random.happens(0.2) ? 1 : 0), 0)
        let status = EffectReport.Status.allCases.randomElement(using: &random) ?? .pending
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: _ = machine.begin(at: now)
        case 2: _ = machine.hear(.unknown(why: "cut"), to: attempt, at: now, chance: 0.5)
        case 3: _ = machine.hear(.throttled(retryAfter: .seconds(9)), to: attempt, at: now, chance: 0.5)
        case 4: _ = machine.hear(.refused(code: "x", message: ""), to: attempt, at: now, chance: 0.5)
        case 5:
            if random.happens(0.3) { _ = machine.hear(.accepted(remoteID: "obj_1"), to: attempt, at: now, chance: 0) }
        case 6: _ = machine.giveUpPerformer(at: now)
        case 7: _ = machine.hear(.absent, askedAt: now, changes: machine.standing.changes, at: now, chance: 0.5)
        case 8: if random.happens(0.1) { _ = machine.refuseByHand(because: "x", at: now) }
        default: if random.happens(0.2) { _ = machine.report(report(status), at: now) }
        }
    }
}

extension IntentMachine {
    /// As the store counts each change.
    fileprivate mutating func count() {
        var standing = standing
        standing.changes += 1
        self = IntentMachine(target: target, standing: standing)
    }
}
