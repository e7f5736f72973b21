import Postgres
import Primitives
import TestSupport
import Testing

@testable import Jobs
@testable import JobsPostgres

@Suite struct BatchTests {
    private static let limits = [KindLimits.work(isIdempotent: true)]

    private func receipt(_ batch: Batch, done: some Sequence<Int64>) -> BatchReceipt {
        var receipt = BatchReceipt(of: batch)
        receipt.done = Array(done)
        return receipt
    }

    private func enqueue(_ count: Int, to engine: TestEngine, priority: JobPriority = .normal) async throws {
        try await engine.pool.enqueue(
            contentsOf: (0..<count).map { _ in NewJob(kind: "test.work", priority: priority) }, now: engine.time.now())
    }

    @Test func `daemons that take batches at once never hold one job together, and all are done once`() async throws {
        try await withFleet(4, limits: Self.limits) { fleet, _ in
            try await enqueue(1_500, to: fleet[0])
            let held = HeldJobs()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<8 {
                    group.addTask {
                        let engine = fleet[lane % 4]
                        var random = SplitMix(seed: UInt64(lane))
                        var receipt: BatchReceipt?
                        // Ends: each turn takes something away, until nothing is left.
                        while true {
                            if let receipt { held.leave(receipt.done + receipt.postponed.map(\.id)) }
                            let turn = try await engine.turn(receipt, limit: Int.random(in: 1...60, using: &random))
                            #expect(turn.wasHeld)
                            receipt = nil
                            guard let batch = turn.next else { break }
                            held.take(batch.jobs.map(\.id))
                            let (put, done) = batch.jobs.map(\.id).split { _ in
                                Int.random(in: 0..<10, using: &random) == 0
                            }
                            receipt = self.receipt(batch, done: done)
                            receipt?.postponed = put.map { .init(id: $0, after: .zero, failure: nil) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(held.violations == 0)
            #expect(try await fleet[0].count("select count(*) from bursar.finished_job where state = 'done'") == 1_500)
            #expect(try await fleet[0].count("select count(*) from bursar.job") == 0)
            #expect(try await fleet[0].count("select count(*) from bursar.batch") == 0)
            try await fleet[0].expectTalliesToBeCounts()
        }
    }

    @Test func `a second receipt for the same batch changes nothing`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            try await enqueue(10, to: fleet[0])
            let batch = try #require(try await fleet[0].turn().next)
            let done = receipt(batch, done: batch.jobs.map(\.id))
            #expect(try await fleet[0].turn(done, limit: 0).wasHeld)
            #expect(try await fleet[0].turn(done, limit: 0).wasHeld == false)
            #expect(try await fleet[0].count("select count(*) from bursar.finished_job") == 10)
            try await fleet[0].expectTalliesToBeCounts()
        }
    }

    @Test func `a batch of a daemon that died is done again, and its late receipt changes nothing`() async throws {
        try await withFleet(2, limits: Self.limits) { fleet, _ in
            let (engine, victim) = (fleet[0], fleet[1])
            try await enqueue(10, to: engine)
            let lost = try #require(try await victim.turn().next)
            #expect(try await engine.turn().next == nil)
            try await victim.die(seenBy: engine)
            #expect(try await engine.store.reap() == 10)
            let again = try #require(try await engine.turn().next)
            #expect(Set(again.jobs.map(\.id)) == Set(lost.jobs.map(\.id)))
            // Frozen, not dead: it thaws now.
            #expect(try await victim.turn(receipt(lost, done: lost.jobs.map(\.id)), limit: 0).wasHeld == false)
            #expect(try await engine.count("select count(*) from bursar.job") == 10)
            #expect(try await engine.turn(receipt(again, done: again.jobs.map(\.id)), limit: 0).wasHeld)
            #expect(try await engine.count("select count(*) from bursar.finished_job") == 10)
            try await engine.expectTalliesToBeCounts()
        }
    }

    @Test func `a batch past its deadline is taken from a daemon that lives, and its session is ended`() async throws {
        try await withFleet(2, limits: Self.limits) { fleet, _ in
            let (engine, slow) = (fleet[0], fleet[1])
            try await enqueue(10, to: engine)
            let late = try #require(try await slow.turn().next)
            let id = try #require(await slow.session.current)
            engine.time.advance(by: .seconds(3_601))
            try await engine.session.beat()
            try await slow.session.beat()
            #expect(try await engine.store.reap() > 0)
            #expect(
                try await engine.count(
                    """
                    select count(*) from pg_locks l join bursar.daemon d
                      on l.locktype = 'advisory' and (l.classid::int8 << 32 | l.objid::int8) = d.lock_key
                    where d.id = \(id.uuid) and l.granted
                      and l.database = (select oid from pg_database where datname = current_database())
                    """) == 0)
            let again = try #require(try await engine.turn().next)
            #expect(again.jobs.count == 10)
            #expect(try await slow.turn(receipt(late, done: late.jobs.map(\.id)), limit: 0).wasHeld == false)
            #expect(try await engine.turn(receipt(again, done: again.jobs.map(\.id)), limit: 0).wasHeld)
            try await engine.expectTalliesToBeCounts()
        }
    }

    @Test func `what a batch put off, set aside, failed and left out is as its receipt says`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            let engine = fleet[0]
            try await enqueue(6, to: engine)
            let batch = try #require(try await engine.turn().next)
            let ids = batch.jobs.map(\.id)
            var mixed = receipt(batch, done: [ids[0]])
            mixed.postponed = [
                .init(id: ids[1], after: .seconds(60), failure: "busy"),
                .init(id: ids[2], after: .seconds(60), failure: nil),
            ]
            mixed.ended = [.init(id: ids[3], park: nil, error: "no"), .init(id: ids[4], park: .asked, error: "which?")]
            #expect(try await engine.turn(mixed, limit: 0).wasHeld)
            let text = try await engine.pool.value(
                """
                select string_agg(format('%s %s %s %s', id - \(ids[0]), state, failures, error), ', ' order by id)
                from (select id, state, failures, error from bursar.job
                      union all select id, state, failures, error from bursar.finished_job) j
                """, as: String.self)
            #expect(text == "0 done 0 , 1 waiting 1 busy, 2 waiting 0 , 3 failed 1 no, 4 parked 0 which?, 5 waiting 0 ")
            #expect(try await engine.turn(limit: 10).next?.jobs.map(\.id) == [ids[5]])
            engine.time.advance(by: .seconds(60))
            let later = try #require(try await engine.turn(limit: 10).next)
            #expect(later.jobs.map(\.failures) == [1, 0] && later.jobs.map(\.attempt) == [1, 1])
            try await engine.expectTalliesToBeCounts()
        }
    }

    @Test func `a paused kind gives no batch, and gives one when it goes on`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            try await enqueue(3, to: fleet[0])
            try await fleet[0].pool.execute(
                "update bursar.kind set paused_at = now(), paused_by = 'alice', paused_reason = 'audit'")
            #expect(try await fleet[0].turn().next == nil)
            try await fleet[0].pool.execute(
                "update bursar.kind set paused_at = null, paused_by = null, paused_reason = null")
            #expect(try await fleet[0].turn().next?.jobs.count == 3)
        }
    }

    @Test func `the urgent of a batch's kind come first and the low last, each in order`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            for _ in 0..<3 {
                for priority in [JobPriority.low, .normal, .urgent] {
                    try await enqueue(1, to: fleet[0], priority: priority)
                }
            }
            var seen: [Int64] = []
            var receipt: BatchReceipt?
            for _ in 0..<5 {
                let turn = try await fleet[0].store.turn("test.work", acknowledging: receipt, limit: 2)
                receipt = turn.next.map { self.receipt($0, done: $0.jobs.map(\.id)) }
                seen += turn.next?.jobs.map(\.id) ?? []
            }
            _ = try await fleet[0].turn(receipt, limit: 0)
            #expect(seen == [3, 6, 9, 2, 5, 8, 1, 4, 7])
        }
    }

    @Test
    func `cancelling a job that a batch holds asks for its end, which comes when the batch lets it go`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            let engine = fleet[0]
            try await enqueue(3, to: engine)
            let batch = try #require(try await engine.turn().next)
            let ids = batch.jobs.map(\.id)
            #expect(try await engine.jobs.cancel(ids[0], by: .by()) == .requested)
            #expect(try await engine.jobs.cancel(ids[1], by: .by()) == .requested)
            var receipt = receipt(batch, done: [ids[0], ids[2]])
            receipt.postponed = [.init(id: ids[1], after: .zero, failure: nil)]
            #expect(try await engine.turn(receipt, limit: 0).wasHeld)
            // Done before it heard: done. Put off: it is not taken again, and ends.
            #expect(try await engine.turn().next == nil)
            _ = try await engine.store.reap()
            #expect(try await engine.count("select count(*) from bursar.finished_job where state = 'done'") == 2)
            #expect(try await engine.count("select count(*) from bursar.finished_job where state = 'cancelled'") == 1)
            try await engine.expectTalliesToBeCounts()
        }
    }

    @Test func `a member that is gone when the receipt comes harms no other`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            try await enqueue(4, to: fleet[0])
            let batch = try #require(try await fleet[0].turn().next)
            let ids = batch.jobs.map(\.id)
            try await fleet[0].pool.execute("delete from bursar.job where id in (\(ids[0]), \(ids[1]))")
            var receipt = receipt(batch, done: [ids[0], ids[2]])
            receipt.postponed = [.init(id: ids[1], after: .zero, failure: nil)]
            #expect(try await fleet[0].turn(receipt, limit: 0).wasHeld)
            #expect(try await fleet[0].count("select count(*) from bursar.finished_job") == 1)
            #expect(try await fleet[0].count("select count(*) from bursar.job") == 1)
        }
    }

    @Test func `a member that was set aside meanwhile stays so, whatever the receipt says`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            let engine = fleet[0]
            try await enqueue(5, to: engine)
            let batch = try #require(try await engine.turn().next)
            let ids = batch.jobs.map(\.id)
            try await engine.pool.execute(
                """
                with parked as (
                    update bursar.job set state = 'parked', park_code = 'unknown_kind', error = 'nobody knows it'
                    where id <> \(ids[4]) returning kind)
                insert into bursar.tally_change (kind, waiting, parked) select kind, -1, 1 from parked
                """)
            var receipt = receipt(batch, done: [ids[0], ids[4]])
            receipt.postponed = [.init(id: ids[1], after: .zero, failure: "busy")]
            receipt.ended = [
                .init(id: ids[2], park: nil, error: "no"), .init(id: ids[3], park: .asked, error: "which?"),
            ]
            #expect(try await engine.turn(receipt, limit: 0).wasHeld)
            #expect(try await engine.count("select count(*) from bursar.job where park_code = 'unknown_kind'") == 4)
            #expect(try await engine.count("select count(*) from bursar.finished_job") == 1)
            try await engine.expectTalliesToBeCounts()
        }
    }

    @Test
    func `a job that keeps killing its daemon is set aside alone, not with all that shared its batches`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, database in
            let engine = fleet[0]
            try await enqueue(64, to: engine)
            let killer = try await engine.count("select min(id) + 31 from bursar.job")
            // Bounded: each death is an interruption of the killer, and twenty set it aside.
            for _ in 0..<200 {
                if try await engine.count("select count(*) from bursar.job where state = 'waiting'") == 0 { break }
                let daemon = TestEngine(database, limits: Self.limits, time: engine.time)
                try await withRunningPool(daemon.pool) {
                    try await daemon.store.beat()
                    while let batch = try await daemon.turn().next {
                        if batch.jobs.contains(where: { $0.id == killer }) {
                            try await daemon.die(seenBy: engine)
                            _ = try await engine.store.reap()
                            return
                        }
                        #expect(try await daemon.turn(receipt(batch, done: batch.jobs.map(\.id)), limit: 0).wasHeld)
                    }
                    await daemon.session.end()
                }
            }
            #expect(try await engine.count("select count(*) from bursar.job where park_code = 'interrupted'") == 1)
            #expect(try await engine.count("select count(*) from bursar.job where id = \(killer)") == 1)
            #expect(try await engine.count("select count(*) from bursar.finished_job") == 63)
            try await engine.expectTalliesToBeCounts()
        }
    }

    @Test func `a run that an idempotent job began ends with it`() async throws {
        try await withFleet(1, limits: Self.limits) { fleet, _ in
            let engine = fleet[0]
            for _ in 0..<2 {
                try await engine.enqueue(
                    NewJob(
                        kind: "test.work",
                        run: NewRun(execution: .make(at: engine.time.now()), trigger: .manual, source: "test")))
            }
            let batch = try #require(try await engine.turn().next)
            let ids = batch.jobs.map(\.id)
            try #require(ids.count == 2)
            var receipt = receipt(batch, done: [ids[0]])
            receipt.ended = [.init(id: ids[1], park: nil, error: "no")]
            _ = try await engine.turn(receipt, limit: 0)
            _ = try await engine.store.reap()
            let ends = try await engine.pool.value(
                "select string_agg(coalesce(outcome, '-'), ' ' order by job_id) from bursar.run", as: String.self)
            #expect(ends == "success failed")
        }
    }
}

extension Sequence {
    /// Those for which it holds, and the others.
    fileprivate func split(_ holds: (Element) -> Bool) -> (yes: [Element], no: [Element]) {
        reduce(into: (yes: [], no: [])) { parts, element in
            if holds(element) { parts.yes.append(element) } else { parts.no.append(element) }
        }
    }
}
