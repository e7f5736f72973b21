package import Postgres
import Primitives

/// Verifies the chain of a database: one snapshot, streamed, in memory that does not grow with it.
package struct AuditVerification: Sendable {
    private let keys: [AuditKey]
    private let anchors: AnchorFile

    /// - Parameter anchors: read before the verification begins; else an honest one could be newer than the snapshot.
    package init(keys: [AuditKey], anchors: AnchorFile) {
        self.keys = keys
        self.anchors = anchors
    }

    /// Reads the whole chain, or up to its first break.
    ///
    /// - Parameter progress: called now and then with how many entries were read, and how many the head tells of.
    package func run(
        on connection: PostgresConnection, progress: @escaping @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> AuditVerdict {
        do {
            return try await connection.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
                try await transaction.setStatementTimeout(nil)
                let head = try await transaction.first(ReadHead())
                let start = Reading(verifier: AuditVerifier(keys: keys, anchors: anchors, head: head))
                var reading = try await transaction.copyOut(Self.entries, into: start) { reading, row in
                    let isGoingOn = try reading.verifier.take(ChainedEntry(from: &row))
                    reading.count += 1
                    if reading.count.isMultiple(of: Self.progressStep) { progress(reading.count, head?.sequence ?? 0) }
                    // Throwing ends the query: what follows a break is not read.
                    if !isGoingOn { throw Enough(reading: reading) }
                }
                return reading.verifier.finish()
            }
        } catch var enough as Enough {
            return enough.reading.verifier.finish()
        }
    }

    private struct Reading: Sendable {
        var verifier: AuditVerifier
        var count: Int64 = 0
    }

    private struct Enough: Error {
        var reading: Reading
    }

    private static let progressStep: Int64 = 8_192

    /// Whatever the columns hold: an intruder with an owner's rights may have dropped every check.
    private static let entries: SQL = """
        select coalesce(sequence, 9223372036854775807), at, actor, uid, channel, action, subject, reason, before, after,
               request, key_fingerprint, previous_mac, mac
        from bursar.audit_entry order by sequence
        """

    private struct ReadHead: Statement {
        static let sql = """
            select coalesce(sequence, 0), coalesce(mac, ''), key_fingerprint from bursar.audit_head limit 1
            """

        static func output(from row: inout Row) throws(PostgresError) -> AuditHead {
            try AuditHead(from: &row)
        }
    }
}

extension ChainedEntry {
    /// PostgreSQL counts time from here, in seconds since 1970.
    private static let postgresEpoch: Int64 = 946_684_800

    fileprivate init(from row: inout CopyRow) throws(PostgresError) {
        let sequence = try row.next(Int64.self)
        let at = try row.next(Int64?.self) ?? .min
        self.init(
            // Wrapping: "infinity" is a value too.
            sequence: sequence, at: at &+ Self.postgresEpoch * 1_000_000, actor: try row.next(), uid: try row.next(),
            channel: try row.next(), action: try row.next(), subject: try row.next(), reason: try row.next(),
            before: try row.next(), after: try row.next(), request: try row.next(), key: try row.next(),
            previous: try row.next(), mac: try row.next())
    }
}
