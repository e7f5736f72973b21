internal import CLibPQ

/// A statement with its values, ready to be sent.
struct Request {
    let name: String
    let sql: String
    /// The type of a statement that is prepared once a connection; nil for one written in place.
    let type: ObjectIdentifier?
    let bindings: Bindings

    init<S: Statement>(_ statement: S) {
        name = S.name
        sql = S.sql
        type = ObjectIdentifier(S.self)
        bindings = statement.bindings
    }

    init(_ statement: SQL) {
        name = "ad hoc"
        sql = statement.text
        type = nil
        bindings = statement.bindings
    }

    /// Whether it may change something. A SELECT is taken not to: functions that write belong into a transaction.
    var writes: Bool {
        let word = sql.utf8.drop { $0 <= UInt8(ascii: " ") }.prefix { $0 | 0x20 >= UInt8(ascii: "a") }
        return !Self.harmless.contains(String(decoding: word, as: UTF8.self).lowercased())
    }

    private static let harmless: Set<String> = [
        "select", "show", "values", "table", "explain", "listen", "unlisten", "set", "reset", "discard", "deallocate",
    ]

    /// Why it cannot be sent.
    var failure: PostgresError? {
        if let failure = bindings.failure { return failure.naming(name) }
        return type == nil ? Self.failure(of: sql) : nil
    }

    /// libpq would send the part before a zero byte.
    static func failure(of text: String) -> PostgresError? {
        text.utf8.contains(0) ? PostgresError(.misuse, "the statement's text holds a zero byte") : nil
    }
}

extension PostgresConnection {
    @discardableResult
    package func run<S: Statement>(_ statement: S) async throws(PostgresError) -> [S.Output] {
        try await run(statement, .connection)
    }

    @discardableResult
    package func execute<S: Statement>(_ statement: S) async throws(PostgresError) -> Int {
        try await perform(Request(statement), .connection).rowsAffected
    }

    package func query(_ sql: SQL) async throws(PostgresError) -> [Row] {
        try await query(sql, .connection)
    }

    @discardableResult
    package func execute(_ sql: SQL) async throws(PostgresError) -> Int {
        try await perform(Request(sql), .connection).rowsAffected
    }

    /// Runs several statements separated by semicolons, in one implicit transaction unless they say otherwise.
    package func script(_ text: String) async throws(PostgresError) {
        try await script(text, .connection)
    }

    func run<S: Statement>(_ statement: S, _ scope: Scope) async throws(PostgresError) -> [S.Output] {
        try await Self.decode(perform(Request(statement), scope), S.self)
    }

    func query(_ sql: SQL, _ scope: Scope) async throws(PostgresError) -> [Row] {
        let result = try await perform(Request(sql), scope)
        return (0..<result.rowCount).map { Row(result, index: $0) }
    }

    func script(_ text: String, _ scope: Scope) async throws(PostgresError) {
        if let failure = Request.failure(of: text) { throw failure }
        try await exchange(scope, "script", writes: true) { session throws(PostgresError) in
            try await beginIfPending(session)
            guard PQsendQuery(session.handle, text) == 1 else { throw lost(session) }
            try await flush(session)
            _ = try await finishCommand(session)
            try requireSameTransaction(session, scope)
        }
    }

    /// A script that ends its transaction would have what follows happen outside of it.
    private func requireSameTransaction(_ session: Session, _ scope: Scope) throws(PostgresError) {
        guard case .transaction = scope, PQtransactionStatus(session.handle) != PQTRANS_INTRANS else { return }
        let error = PostgresError(
            .misuse, "the script ended the transaction that it runs in; the connection was closed",
            hint: "take COMMIT, ROLLBACK and BEGIN out of it")
        end(because: error)
        throw error
    }

    static func decode<S: Statement>(_ result: ResultSet, _: S.Type) throws(PostgresError) -> [S.Output] {
        var outputs: [S.Output] = []
        outputs.reserveCapacity(result.rowCount)
        do throws(PostgresError) {
            for index in 0..<result.rowCount {
                var row = Row(result, index: index)
                outputs.append(try S.output(from: &row))
            }
        } catch {
            throw error.naming(S.name)
        }
        return outputs
    }

    /// One statement. What is prepared already goes out alone; else its preparation, and BEGIN, ride along.
    func perform(_ request: Request, _ scope: Scope) async throws(PostgresError) -> ResultSet {
        if let failure = request.failure { throw failure }
        return try await exchange(scope, request.name, writes: request.writes) { session throws(PostgresError) in
            do throws(PostgresError) {
                return try await perform(request, session)
            } catch let error where error.code == .staleStatement {
                guard let type = request.type else { throw error }
                session.prepared[type] = nil
                // Inside a transaction the failure has spoilt it: the whole unit is run again.
                guard case .connection = scope else { throw error }
                return try await perform(request, session)
            }
        }
    }

    private func perform(_ request: Request, _ session: Session) async throws(PostgresError) -> ResultSet {
        if transactionState.pendingBegin == nil {
            guard let type = request.type else { return try await performUnprepared(request, session) }
            if let prepared = session.prepared[type] {
                return try await performPrepared(request, prepared, session)
            }
        }
        return try await performPipeline([request], session)[0].get()
    }

    private func performPrepared(
        _ request: Request, _ prepared: Session.Prepared, _ session: Session
    ) async throws(PostgresError) -> ResultSet {
        try session.checkTypes(of: request, prepared)
        guard session.sendExecute(request, prepared) else { throw lost(session) }
        try await flush(session)
        return try await finishCommand(session)
    }

    private func performUnprepared(_ request: Request, _ session: Session) async throws(PostgresError) -> ResultSet {
        guard session.sendUnprepared(request) else { throw lost(session) }
        try await flush(session)
        return try await finishCommand(session)
    }

    /// Sends the BEGIN of an open transaction that has sent nothing yet, where it cannot ride along.
    func beginIfPending(_ session: Session) async throws(PostgresError) {
        guard let begin = transactionState.pendingBegin else { return }
        transactionState.pendingBegin = nil
        guard PQsendQuery(session.handle, begin) == 1 else { throw lost(session) }
        try await flush(session)
        do throws(PostgresError) {
            _ = try await finishCommand(session)
        } catch {
            throw error.naming("BEGIN", phase: .begin)
        }
    }
}

extension Session {
    func sendExecute(_ request: Request, _ prepared: Prepared) -> Bool {
        request.bindings.withParameters { count, values, lengths, formats in
            PQsendQueryPrepared(handle, prepared.name, count, values, lengths, formats, 1)
        } == 1
    }

    func sendUnprepared(_ request: Request) -> Bool {
        let types = request.bindings.types
        return request.bindings.withParameters { count, values, lengths, formats in
            PQsendQueryParams(handle, request.sql, count, types, values, lengths, formats, 1)
        } == 1
    }

    func sendPrepare(_ request: Request, as name: String) -> Bool {
        let types = request.bindings.types
        return PQsendPrepare(handle, name, request.sql, Int32(types.count), types) == 1
    }

    /// A statement is prepared for the types of its first use.
    func checkTypes(of request: Request, _ prepared: Prepared) throws(PostgresError) {
        if request.bindings.types != prepared.types {
            throw PostgresError(.misuse, "the statement binds other types than when it was first used")
        }
    }
}
