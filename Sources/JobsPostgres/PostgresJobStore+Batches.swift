import Events
package import Jobs
import Logging
import Postgres
import Primitives

extension PostgresJobStore {
    package func turn(
        _ kind: JobKind, acknowledging receipt: BatchReceipt?, limit: Int
    ) async throws -> BatchTurn {
        do {
            let turn = try await take(kind, acknowledging: receipt, limit: limit)
            if let receipt { holdings.remove(batch: receipt.lease) }
            if let next = turn.next { holdings.add(batch: next.lease) }
            return turn
        } catch {
            holdings.doubt()
            throw error
        }
    }

    private func take(
        _ kind: JobKind, acknowledging receipt: BatchReceipt?, limit: Int
    ) async throws -> BatchTurn {
        guard let limits = kinds[kind] else { return BatchTurn(wasHeld: true, next: nil) }
        let acknowledgement = receipt.map { AcknowledgeBatch(receipt: $0, now: time?.now()) }
        guard limit > 0, let daemon = await session.current else {
            guard let acknowledgement else { return BatchTurn(wasHeld: true, next: nil) }
            let ended = try await pool.first(acknowledgement)
            tell(ofPaused: ended ?? [])
            return BatchTurn(wasHeld: ended != nil, next: nil)
        }
        return try await marks.look(at: LowWaterMarks.Line.all(of: kind)) { look in
            let claim = ClaimBatch(
                kind: limits, limit: Int32(clamping: limit), daemon: daemon, from: look.from,
                oldestLease: marks.oldestLease(of: kind), now: time?.now())
            // One transaction, one round trip. The receipt first: its locks are no claim's business.
            var pipeline = Pipeline()
            let acknowledged = acknowledgement.map { pipeline.add($0) }
            _ = pipeline.add(LockKind(kind: kind.name))
            let claimed = pipeline.add(claim)
            let results = try await pool.pipeline(pipeline)
            if let failure = results.failure { throw failure.error }
            let ended = try acknowledged.map { try results.rows($0) }
            tell(ofPaused: ended?.first ?? [])
            let wasHeld = ended?.isEmpty != true
            let rows = try results.rows(claimed)
            let last = Dictionary(
                rows.map { row in
                    (LowWaterMarks.Line(kind: kind, priority: row.priority),
                     LowWaterMarks.Position(runAt: row.runAt, job: row.job.id))
                }, uniquingKeysWith: max)
            guard let first = rows.first else { return (BatchTurn(wasHeld: wasHeld, next: nil), last) }
            marks.note(oldestLease: first.oldestLease, of: kind)
            let batch = Batch(kind: kind, lease: first.lease, jobs: rows.map(\.job))
            return (BatchTurn(wasHeld: wasHeld, next: batch), last)
        }
    }
}
