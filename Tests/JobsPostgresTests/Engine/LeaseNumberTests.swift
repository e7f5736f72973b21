import Jobs
import Postgres
import Primitives
import TestSupport
import Testing

@testable import JobsPostgres

/// A lease is of the server's timeline: numbers that a lost server gave away do not come back.
@Suite struct LeaseNumberTests {
    @Test func `every lease is above all that an earlier timeline can have given`() async throws {
        let limits = [
            KindLimits.work(),
            KindLimits(kind: "test.gated", deadline: .seconds(60), gates: JobGates(concurrency: 5)),
            KindLimits(kind: "test.bulk", deadline: .seconds(60), isIdempotent: true),
        ]
        try await withFleet(1, limits: limits) { fleet, _ in
            let engine = fleet[0]
            for limit in limits { try await engine.enqueue(NewJob(kind: limit.kind)) }
            let timeline = try await engine.count("select timeline_id::int8 from pg_control_checkpoint()")
            // Kinds with gates and without take turns.
            var leases = try await engine.look().map(\.lease) + engine.look().map(\.lease)
            leases.append(try #require(try await engine.turn(kind: "test.bulk").next?.lease))
            #expect(leases.map { $0 >> 36 } == [timeline, timeline, timeline])
            #expect(Set(leases).count == 3 && leases == leases.sorted())
            // Their low part is the sequence, which a restored copy continues.
            let last = try await engine.count("select last_value from bursar.lease_number")
            #expect(leases.last.map { $0 & (1 << 36 - 1) } == last)
        }
    }

    @Test func `marks that are reset forget which batches are gone`() {
        let marks = LineMarks()
        marks.note(oldestLease: 7, of: "test.bulk")
        #expect(marks.oldestLease(of: "test.bulk") == 7)
        marks.reset()
        #expect(marks.oldestLease(of: "test.bulk") == 0)
    }
}
