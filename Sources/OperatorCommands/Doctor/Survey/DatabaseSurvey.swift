import Config
import EmbeddedPostgres
import Migrations
import Postgres
import Primitives

/// Asks the database, by sessions of its own.
struct DatabaseSurvey: Sendable {
    private let loaded: LoadedConfiguration
    private let time: any TimeSource
    private let options: ConnectionOptions

    /// One that is looked at, one for the traffic beside it.
    private static let poolSize = 2

    /// - Parameter limit: for all of it; a host or a statement gets three quarters, so that it can be named.
    init(_ loaded: LoadedConfiguration, time: any TimeSource, limit: Duration) {
        self.loaded = loaded
        self.time = time
        options = ConnectionOptions(
            applicationName: "bursarctl doctor", perHostTimeout: limit * 0.75, statementTimeout: limit * 0.75,
            silenceLimit: limit)
    }

    func sight() async -> DatabaseSight {
        let address: PostgresAddress
        do {
            address = try self.address()
        } catch let failure as CommandFailure {
            return failure.status == .unavailable
                ? .unreached(address: "the embedded database", failure: failure) : .unnamed(failure)
        } catch {
            return .unnamed(CommandFailure(.configuration, "\(error)"))
        }
        do {
            return .reached(try await facts(of: address))
        } catch let error as PostgresError where error.code == .authenticationFailed {
            return .hidden("this user may not log in to \(address): try `sudo bursarctl doctor`")
        } catch let error as PostgresError {
            return .unreached(address: "\(address)", failure: CommandFailure(error, database: "\(address)"))
        } catch {
            return .unreached(address: "\(address)", failure: CommandFailure(.unavailable, "\(error)"))
        }
    }

    private func address() throws -> PostgresAddress {
        switch try DatabaseTarget(loaded, stateDirectory: nil) {
        case .external(let address): return address
        case .embedded(let cluster):
            do {
                switch try cluster.status() {
                case .running: return try PostgresAddress(uri: cluster.uri)
                case .unready:
                    throw CommandFailure(
                        .unavailable, "the embedded database takes no connections",
                        hint: "it starts, recovers or stops just now")
                case .absent, .stopped:
                    throw CommandFailure(
                        .unavailable, "the embedded database does not run", hint: "it runs with the daemon")
                }
            } catch let error as EmbeddedClusterError {
                throw CommandFailure(error)
            }
        }
    }

    private func facts(of address: PostgresAddress) async throws -> DatabaseFacts {
        let connection = try await PostgresConnection.connect(to: address, options: options)
        let result: Result<DatabaseFacts, any Error>
        do {
            result = .success(try await facts(of: address, on: connection))
        } catch {
            result = .failure(error)
        }
        await connection.close()
        return try result.get()
    }

    private func facts(of address: PostgresAddress, on connection: PostgresConnection) async throws -> DatabaseFacts {
        let clock = ContinuousClock()
        let began = clock.now
        guard let server = try await connection.first(ServerState()) else {
            throw CommandFailure(.unavailable, "the server says nothing of itself")
        }
        let roundTrip = clock.now - began
        let schema: Sight<SchemaState> = try await sight {
            try await Migrator(migrations: Migration.all).state(on: connection)
        }
        let (time, options) = (time, options)
        let selfTests: Sight<[SelfTest.Finding]> = try await sight {
            try await PostgresPool.withPool(address: address, size: Self.poolSize, options: options) { pool in
                try await SelfTest(time: time).run(on: connection, beside: pool)
            }
        }
        return DatabaseFacts(
            address: "\(address)", roundTrip: roundTrip, server: server, schema: schema, selfTests: selfTests,
            work: try await sight { try await work(on: connection) })
    }

    private func work(on connection: PostgresConnection) async throws -> WorkFacts {
        WorkFacts(
            late: try await connection.run(LateSchedules()), lost: try await connection.run(LostJobs()),
            unserved: try await connection.run(UnservedKinds()), disputing: try await connection.run(DisputingDaemons())
        )
    }

    /// What a schema of another version, or a missing grant, keeps from being seen.
    private func sight<T: Sendable>(_ ask: () async throws -> T) async throws -> Sight<T> {
        do {
            return .seen(try await ask())
        } catch let error as PostgresError where !error.isConnectionLost {
            return .hidden(error.message)
        }
    }
}
