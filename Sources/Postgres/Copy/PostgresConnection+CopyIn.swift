internal import CLibPQ

extension PostgresConnection {
    /// How many bytes are collected before they are sent.
    private static let copyChunkSize = 128 * 1_024

    /// Copies rows into a table in binary, and returns how many. `fill` appends some and returns whether more will
    /// come; it runs on the connection's queue. All rows go in or none.
    ///
    /// `table` may be qualified: `bursar.jobs`. The values must have the columns' own types; see `CopyWriter`.
    @discardableResult
    package func copyIn(
        _ table: String, columns: [String], _ fill: @Sendable (inout CopyWriter) throws -> Bool
    ) async throws -> Int {
        try await copyIn(table, columns: columns, .connection, fill)
    }

    func copyIn(
        _ table: String, columns: [String], _ scope: Scope, _ fill: @Sendable (inout CopyWriter) throws -> Bool
    ) async throws -> Int {
        let name = table.split(separator: ".").map { quotedIdentifier(String($0)) }.joined(separator: ".")
        let list = columns.map(quotedIdentifier).joined(separator: ", ")
        let text = "COPY \(name) (\(list)) FROM STDIN (FORMAT binary)"
        let found = try await run(ReadCopyColumns(table: name, columns: columns), scope)
        if let missing = columns.first(where: { column in !found.contains { $0.name == column } }) {
            throw PostgresError(.undefinedObject, "table \(table) has no column \(missing)").naming("COPY FROM")
        }
        let outcome = try await exchange(scope, "COPY FROM", writes: true) { session throws(PostgresError) in
            try await beginIfPending(session)
            guard PQsendQuery(session.handle, text) == 1 else { throw lost(session) }
            try await flush(session)
            try await startCopy(session, PGRES_COPY_IN)
            return try await sendRows(session, found, fill)
        }
        return try outcome.get()
    }

    private func sendRows(
        _ session: Session, _ columns: [CopyColumn], _ fill: @Sendable (inout CopyWriter) throws -> Bool
    ) async throws(PostgresError) -> Result<Int, any Error> {
        var writer = CopyWriter(columns: columns)
        var failure: (any Error)?
        var isFilling = true
        while isFilling && failure == nil {  // Ends: `fill` says so, or the task is cancelled.
            do {
                isFilling = try fill(&writer)
                if !isFilling { writer.end() }
                if let refused = writer.failure { throw refused.naming("COPY FROM") }
                if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled").naming("COPY FROM") }
            } catch {
                failure = error
                break
            }
            guard writer.byteCount >= Self.copyChunkSize || !isFilling else { continue }
            try await send(&writer, session)
        }
        guard PQputCopyEnd(session.handle, failure == nil ? nil : "the sender gave up") == 1 else {
            throw lost(session)
        }
        try await flush(session)
        do throws(PostgresError) {
            let affected = try await finishCommand(session).rowsAffected
            if let failure { return .failure(failure) }
            return .success(affected)
        } catch let error where failure != nil && !error.isConnectionLost {
            // What the server says about a sender that gave up.
            return .failure(failure ?? error)
        }
    }

    /// Sends what was collected. Returns when the kernel has taken it: the server's pace is the sender's.
    private func send(_ writer: inout CopyWriter, _ session: Session) async throws(PostgresError) {
        let status = writer.bytes.withUnsafeBytes { bytes in
            PQputCopyData(
                session.handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(bytes.count))
        }
        guard status == 1 else { throw lost(session) }
        writer.removeBytes()
        try await flush(session)
    }
}
