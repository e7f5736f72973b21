import Events
package import Jobs
package import Logging
package import Postgres
package import Primitives

/// A daemon's one direct connection: it holds the lock that is the first witness of its life, beats, and hears the
/// notifications.
///
/// When the connection is lost the lock goes with it. The next beat connects anew and takes the lock again, as the
/// same daemon if it was not yet taken for dead, as a new one otherwise: the old one's attempts then commit nothing.
package actor DaemonSession {
    private let address: PostgresAddress
    private let identity: Identity
    private let liveness: Liveness
    private let time: (any TimeSource)?
    private let logger: Logger
    /// Between two proofs that notifications arrive, and how many may fail before the session is built anew.
    private static let proofPause = Duration.seconds(5)
    private static let proofLimit = Duration.seconds(5)
    private static let missedProofsMax = 2
    private static let pauseBeforeListeningAgain = Duration.milliseconds(250)
    private var connection: PostgresConnection?
    private var isConnecting = false
    /// The database may know this daemon.
    private var isAdmitted: Bool
    /// Under which this daemon claims; nil before the first beat.
    package private(set) var current: DaemonID?
    /// Where this daemon looks for jobs: notifications lower them.
    package nonisolated let marks = LineMarks()
    /// Of the file that this daemon has, whether or not it is the one that holds.
    private var fileDigest: String?

    /// Who a daemon says it is.
    package struct Identity: Sendable, Hashable {
        package let host: String
        package let pid: Int32
        package let build: String
        package let kinds: [JobKind]

        package init(host: String, pid: Int32, build: String, kinds: [JobKind]) {
            self.host = host
            self.pid = pid
            self.build = build
            self.kinds = kinds
        }
    }

    /// - Parameter isAdmitted: false for a daemon that first wants to see whether it can live with this database:
    ///   until `admit()` it neither beats nor claims.
    package init(
        address: PostgresAddress, identity: Identity, liveness: Liveness = Liveness(), isAdmitted: Bool = true,
        time: (any TimeSource)? = nil, logger: Logger
    ) {
        self.address = address
        self.identity = identity
        self.liveness = liveness
        self.isAdmitted = isAdmitted
        self.time = time
        self.logger = logger
    }

    /// Says that this daemon lives; connects and registers first when it must. Returns what the
    /// database told it in return.
    ///
    /// - Parameters:
    ///   - from: where this daemon's lines begin; it hears what is due in them.
    ///   - limits: what this build says of its kinds, for all daemons to heed.
    @discardableResult
    package func beat(
        from: [LowWaterMarks.Line: LowWaterMarks.Position] = [:], limits: [KindLimits] = []
    ) async throws -> DaemonLife {
        guard isAdmitted else { return DaemonLife(unwanted: [], mayReap: false) }
        if let connection, let current {
            do {
                if let life = try await connection.first(beat(of: current, from: from)) { return life.life }
                logger.event(.takenForDead, "this daemon was taken for dead; it goes on as a new one")
                self.current = nil
            } catch {
                if self.connection === connection, !Task.isCancelled {
                    logger.event(
                        .sessionLost, "the daemon's own connection failed; connecting anew",
                        metadata: ["error": "\(error)"])
                }
                self.connection = nil
                await connection.close()
                throw error
            }
        }
        try await establish(limits)
        return DaemonLife(unwanted: [], mayReap: true)
    }

    /// From the next beat on the database knows this daemon.
    package func admit() {
        isAdmitted = true
    }

    private func beat(
        of id: DaemonID, from: [LowWaterMarks.Line: LowWaterMarks.Position] = [:]
    ) -> BeatDaemon {
        BeatDaemon(
            id: id, fileDigest: fileDigest, staleAfter: liveness.staleAfter, from: from, now: time?.now())
    }

    /// Says which file this daemon has; with the next life too. Before that file is applied, so that no other daemon
    /// takes this one for an adherent of another.
    package func setFileDigest(_ digest: String?) async throws {
        fileDigest = digest
        guard let connection, let current else { return }
        try await connection.run(SetFileDigest(daemon: current, digest: digest))
    }

    /// Hands the notifications on until cancelled. Runs beside the beat, which renews the connection.
    ///
    /// - Parameter onNotification: must return at once.
    package func listen(_ onNotification: @Sendable (Channel) -> Void) async {
        while !Task.isCancelled {
            if let connection {
                // What was said while nobody heard is found by looking.
                marks.reset()
                onNotification(.job)
                onNotification(.schedule)
                for await notification in connection.notifications {
                    guard let channel = Channel(rawValue: notification.channel) else { continue }
                    if channel == .job { heed(notification.payload) }
                    onNotification(channel)
                }
            }
            try? await ContinuousClock().sleep(for: Self.pauseBeforeListeningAgain)
        }
    }

    private func heed(_ payload: String) {
        if let wakeUp = WakeUp(payload: payload) { marks.lower(by: wakeUp) } else { marks.reset() }
    }

    /// Proves every few seconds, until cancelled, that what the database says arrives here. A session that misses two
    /// proofs in a row is closed, and the next beat makes another; until then looking finds what was said.
    package func keepProving(via runner: some StatementRunner, progress: LoopProgress = .unwatched) async {
        defer { progress.leave() }
        var missed = 0
        while !Task.isCancelled {
            progress.wait(for: "the database")
            if let connection {
                do {
                    _ = try await connection.proveNotifications(via: runner, within: Self.proofLimit)
                    missed = 0
                } catch {
                    missed += 1
                    if missed == Self.missedProofsMax, !Task.isCancelled {
                        missed = 0
                        await giveUp(connection, because: error)
                    }
                }
            }
            progress.advance()
            try? await ContinuousClock().sleep(for: Self.proofPause)
        }
    }

    private func giveUp(_ connection: PostgresConnection, because error: any Error) async {
        logger.event(
            .listenCanaryLost, "notifications do not arrive; connecting anew", metadata: ["error": "\(error)"])
        if self.connection === connection { self.connection = nil }
        await connection.close()
    }

    /// Ends this life in order: others need not wait to find it dead.
    package func end() async {
        guard let connection else { return }
        self.connection = nil
        if let current { _ = try? await connection.run(EndDaemon(id: current, now: time?.now())) }
        current = nil
        await connection.close()
    }

    private func establish(_ limits: [KindLimits]) async throws {
        guard !isConnecting else { return }
        isConnecting = true
        defer { isConnecting = false }
        let connection: PostgresConnection
        if let held = self.connection { connection = held } else { connection = try await connect() }
        do {
            if let current, try await resume(current, on: connection) {
                self.connection = connection
                return
            }
            try await register(on: connection, limits)
            self.connection = connection
        } catch {
            self.connection = nil
            await connection.close()
            throw error
        }
    }

    private func connect() async throws -> PostgresConnection {
        let connection = try await PostgresConnection.connect(
            to: address, options: ConnectionOptions(applicationName: "bursard session", settings: EnginePlans.settings))
        do {
            try await connection.run(NoteServerLife())
            for channel in Channel.allCases { try await connection.listen(channel.rawValue) }
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    /// Takes the same daemon's lock again, unless it was taken for dead meanwhile.
    private func resume(_ id: DaemonID, on connection: PostgresConnection) async throws -> Bool {
        guard let life = try await connection.first(beat(of: id)) else { return false }
        let rows = try await connection.query("select pg_try_advisory_lock(\(life.lockKey))")
        guard var row = rows.first else { return false }
        return try row.next(Bool.self)
    }

    private func register(on connection: PostgresConnection, _ limits: [KindLimits]) async throws {
        let id = DaemonID()
        let kinds = identity.kinds.map(\.name)
        let locked = try await connection.first(
            RegisterDaemon(
                id: id, host: identity.host, pid: identity.pid, build: identity.build, kinds: kinds,
                fileDigest: fileDigest, now: time?.now()))
        precondition(locked == true, "a fresh lock key is free")
        try await connection.run(DeclareKinds(kinds: identity.kinds, limits: limits))
        _ = try await connection.run(FreeKnownKinds(kinds: kinds))
        current = id
    }
}

/// The channels on which the database says that something changed. A hint, never the truth.
package enum Channel: String, Sendable, CaseIterable {
    case job = "bursar_job"
    case schedule = "bursar_schedule"
    case run = "bursar_run"
    /// An operator asked for the end of an attempt.
    case cancel = "bursar_job_cancel"
}
