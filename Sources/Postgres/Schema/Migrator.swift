/// Brings a database's schema forward: each migration in its own transaction, one migrator at a time.
package struct Migrator: Sendable {
    package let migrations: [Migration]

    /// Session advisory lock of whoever migrates. Any number serves, as long as every build uses the same.
    static let lockKey: Int64 = 7_236_837_501

    /// How long another migrator is waited for.
    static let lockWait: Duration = .seconds(600)
    private static let lockPollInterval: Duration = .milliseconds(200)

    /// `migrations` ascend by version.
    package init(migrations: [Migration]) {
        precondition(
            zip(migrations, migrations.dropFirst()).allSatisfy { $0.version < $1.version },
            "migrations ascend by version, each once")
        precondition(migrations.allSatisfy { $0.version > 0 }, "versions begin at 1")
        self.migrations = migrations
    }

    /// How the schema stands. Changes nothing.
    package func state(on runner: some StatementRunner) async throws(PostgresError) -> SchemaState {
        guard try await runner.first(SchemaHistory.Exists()) == true else {
            return migrations.isEmpty ? .current : .missing
        }
        let checksums = try await runner.run(SchemaHistory.Checksums(texts: migrations.map(\.sql)))
        let applied = try await runner.run(SchemaHistory.ReadApplied())
        return SchemaState(known: migrations, checksums: checksums, applied: applied)
    }

    /// What was applied, in the order of the versions.
    package func applied(on runner: some StatementRunner) async throws(PostgresError) -> [AppliedMigration] {
        guard try await runner.first(SchemaHistory.Exists()) == true else { return [] }
        return try await runner.run(SchemaHistory.ReadApplied())
    }

    /// Throws unless the schema is exactly the one that this build expects.
    package func requireCurrent(on runner: some StatementRunner) async throws(PostgresError) {
        let state = try await state(on: runner)
        if let refusal = state.refusal { throw refusal }
        switch state {
        case .behind(let pending):
            let versions = pending.map(String.init).joined(separator: ", ")
            throw PostgresError(
                .schema, "the schema is not up to date: it lacks \(versions)", hint: "run bursarctl migrate")
        case .missing:
            throw PostgresError(.schema, "the database has no schema yet", hint: "run bursarctl migrate")
        case .current, .ahead, .altered: break
        }
    }

    /// Applies what is missing, and returns it. A database that is ahead or altered is refused and left as it is.
    @discardableResult
    package func migrate(on connection: PostgresConnection) async throws -> [Migration] {
        try await lock(connection)
        let outcome: Result<[Migration], any Error>
        do {
            outcome = .success(try await applyMissing(on: connection))
        } catch {
            outcome = .failure(error)
        }
        // A session that is gone has given its locks back.
        if !connection.isClosed { _ = try await connection.unlock(Self.lockKey) }
        return try outcome.get()
    }

    private func lock(_ connection: PostgresConnection) async throws {
        let deadline = ContinuousClock.now + Self.lockWait
        while try await !connection.tryLock(Self.lockKey) {  // Ends: the deadline.
            guard ContinuousClock.now < deadline else {
                throw PostgresError(
                    .timeout, "another process has been migrating this database for \(Self.lockWait)",
                    hint: "find it in pg_stat_activity; end it if it hangs")
            }
            try await ContinuousClock().sleep(for: Self.lockPollInterval)
        }
    }

    private func applyMissing(on connection: PostgresConnection) async throws -> [Migration] {
        // Asked first: a role that may not create anything can still find everything in place.
        if try await connection.first(SchemaHistory.Exists()) != true {
            try await connection.script(SchemaHistory.definition)
        }
        let state = try await state(on: connection)
        if let refusal = state.refusal { throw refusal }
        let done = Set(try await applied(on: connection).map(\.version))
        let missing = migrations.filter { !done.contains($0.version) }
        for migration in missing { try await apply(migration, on: connection) }
        return missing
    }

    private func apply(_ migration: Migration, on connection: PostgresConnection) async throws {
        do {
            try await connection.transaction { transaction in
                try await transaction.setStatementTimeout(nil)
                try await transaction.script(migration.sql)
                try await transaction.run(SchemaHistory.Record(migration: migration))
            }
        } catch var error as PostgresError {
            error.statement = "migration \(migration.version) \(migration.name)"
            throw error
        }
    }
}
