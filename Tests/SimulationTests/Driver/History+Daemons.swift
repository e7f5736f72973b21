import Audit
import JobsPostgres
import Postgres
import Primitives
import TestSupport

@testable import Jobs

extension History {
    /// A daemon says that it lives; one whose connection was cut connects anew first.
    mutating func beat(_ member: Int) async throws {
        let daemon = fleet.members[member]
        let before = await daemon.session.current
        let life: DaemonLife
        do {
            life = try await daemon.store.beat()
        } catch {
            life = try await daemon.store.beat()
        }
        guard let id = await daemon.session.current else { throw disagree("\(daemon.name) has no name after its beat") }
        note("\(daemon.name) beats\(id == before ? "" : ", as a new one")")
        if model.daemons[id] == nil {
            if let before, let old = model.daemons[before], !old.isBuried {
                throw disagree("\(daemon.name) lives, and began another life")
            }
            model.registered(id, kinds: daemon.kinds, now: now)
            return
        }
        if model.daemons[id]?.isBuried == true { throw disagree("\(daemon.name) was buried, and beats") }
        model.daemons[id]?.holdsLock = true
        let unwanted = model.beat(id, now: now)
        let heard = life.unwanted.sorted { $0.job < $1.job }
        // After it connected anew it hears with its next beat.
        guard heard == unwanted || before == nil || heard.isEmpty && life.mayReap else {
            throw disagree("\(daemon.name) hears that \(heard) are unwanted, and \(unwanted) are")
        }
    }

    /// A daemon's direct connection breaks, as when its process dies.
    mutating func cut(_ member: Int) async throws {
        guard let id = await fleet.members[member].session.current, model.daemons[id] != nil else { return }
        note("\(fleet.members[member].name) is cut off")
        try await fleet.cutSession(of: id)
        model.daemons[id]?.holdsLock = false
    }

    mutating func reap(_ member: Int) async throws {
        let daemon = fleet.members[member]
        guard let id = await daemon.session.current else { return }
        note("\(daemon.name) reaps")
        let isKept = mayLackHead
        _ = try await daemon.store.reap()
        // A session that is being ended must have ended, or the lock is free a moment later.
        for late in model.reap(by: id, now: now, held: rows.held) { try await fleet.cutSession(of: late) }
        mayLackHead = isKept.filter { key in
            model.runs.values.contains { $0.rootOutcome != nil && $0.outcome == nil && keptKeys[$0.job] == key }
        }
    }

    // MARK: Batches

    /// Acknowledges a batch, if there is one, and takes the next.
    mutating func turn(_ member: Int, limit: Int? = nil, acknowledgesAll: Bool = false) async throws {
        let daemon = fleet.members[member]
        guard let id = await daemon.session.current else { return }
        let limit = limit ?? random.below(5)
        var receipt: BatchReceipt?
        if !batchGrips.isEmpty, acknowledgesAll || random.below(2) == 0 {
            let index = acknowledgesAll ? batchGrips.count - 1 : random.below(batchGrips.count)
            receipt = self.receipt(of: batchGrips[index].batch, all: acknowledgesAll)
            // Mostly forgotten; else it is acknowledged a second time later, which must be refused.
            if acknowledgesAll || random.below(4) > 0 { batchGrips.remove(at: index) }
        }
        let isFull = looksFully || acknowledgesAll
        if isFull { daemon.store.marks.reset() }
        let turn = try await daemon.store.turn(Fleet.bulk, acknowledging: receipt, limit: limit)
        note("\(daemon.name) turns \(receipt?.lease ?? 0) \(turn.wasHeld): \(turn.next?.jobs.map(\.id) ?? [])")
        if let receipt {
            let expected = model.acknowledge(receipt, now: now)
            guard turn.wasHeld == expected else {
                throw disagree("the receipt of batch \(receipt.lease) was \(turn.wasHeld)")
            }
            if !expected { refusedStale += 1 }
        }
        if limit > 0 { try model.took(turn.next, of: Fleet.bulk, by: id, limit: limit, now: now, isFull: isFull) }
        if let next = turn.next { batchGrips.append(BatchGrip(member: member, batch: next)) }
    }

    private mutating func receipt(of batch: Batch, all: Bool) -> BatchReceipt {
        var receipt = BatchReceipt(of: batch)
        for job in batch.jobs {
            switch all ? 0 : random.below(8) {
            case 0..<4: receipt.done.append(job.id)
            case 4:
                receipt.postponed.append(
                    BatchReceipt.Postponed(id: job.id, after: .seconds(30), failure: random.pick([nil, "it failed"])))
            case 5: receipt.ended.append(BatchReceipt.Ended(id: job.id, park: nil, error: "for good"))
            case 6:
                receipt.ended.append(
                    BatchReceipt.Ended(id: job.id, park: random.pick([.asked, .refused]), error: "why"))
            default: break
            }
        }
        return receipt
    }

    // MARK: Gates

    mutating func gate() async throws {
        switch random.below(3) {
        case 0:
            let pause = Duration.seconds(1 + random.below(90))
            note("the bucket is blocked for \(pause)")
            try await fleet.members[0].store.block("sim", for: pause)
            let instant = now
            model.buckets["sim"]?.block(for: pause, at: instant)
        case 1: try await judge(failure: OutsideDown())
        default: try await judge(failure: nil)
        }
    }

    /// The breaker hears how an attempt went.
    mutating func judge(failure: (any Error)?) async throws {
        note("the other side \(failure == nil ? "answers" : "fails")")
        let claim = Claim(
            job: 0, lease: 0, kind: Fleet.outside, payload: "{}", checkpoint: nil, attempt: 1, failures: 0,
            money: false,
            execution: nil, tick: nil, claimedAt: now)
        try await fleet.members[0].store.judge(claim, failure: failure)
        let instant = now
        if failure == nil { model.breakers["sim"]?.close() } else { model.breakers["sim"]?.strike(at: instant) }
    }

    // MARK: Operators

    mutating func tellOperator() async throws {
        let known = Array(model.jobs.keys).sorted() + Array(model.ended.keys).sorted()
        guard !known.isEmpty else { return }
        let id = random.pick(known)
        let order = OperatorOrder(actor: Actor(name: "alice", uid: 1_000), channel: .socket, reason: "a simulation")
        if random.below(2) == 0 { try await cancel(id, by: order) } else { try await retry(id, by: order) }
    }

    private mutating func cancel(_ id: Int64, by order: OperatorOrder) async throws {
        let isGranted = model.mayCancel(id)
        var answer = "refused"
        do { answer = "\(try await fleet.operations.cancel(id, by: order))" } catch is OperationRefusal {}
        note("an operator cancels \(id): \(answer)")
        guard (answer != "refused") == isGranted else {
            throw disagree("cancel was \(answer), against the rules")
        }
        model.unwanted(id)
    }

    private mutating func retry(_ id: Int64, by order: OperatorOrder) async throws {
        let isGranted = model.mayRetry(id)
        var answer: JobOperations.Retried?
        do { answer = try await fleet.operations.retry(id, by: order) } catch is OperationRefusal {}
        note("an operator retries \(id): \(answer.map { "\($0)" } ?? "refused")")
        guard (answer != nil) == isGranted else {
            throw disagree("retry was \(String(describing: answer)), against the rules")
        }
        switch answer {
        case .waiting: model.freed(id, now: now)
        case .again(let job, let execution): try repeated(id, as: job, execution: execution)
        case nil: break
        }
    }

    /// Another job like one that failed, as a run by hand.
    private mutating func repeated(_ id: Int64, as job: Int64, execution: ExecutionID) throws {
        guard let old = model.last[id] else { throw disagree("job \(id) was tried again and never ended") }
        var again = NewJob(kind: old.kind, runAt: now, uniqueKey: old.uniqueKey, money: old.money, partOf: old.partOf)
        again.place = old.place
        try entered(again, as: job)
        guard model.jobs[job] != nil, model.lastJob == job else { throw disagree("job \(job) was no new one") }
        model.runs[execution] = ModelRun(job: job)
        model.ended[id]?.retriedAs = job
    }
}

/// The other company does not answer.
struct OutsideDown: Error {}
