internal import CLibPQ
internal import Dispatch
internal import Synchronization

/// One session with the database. Uses are served in the order they came; a transaction keeps the session to its end.
package actor PostgresConnection: StatementRunner {
    nonisolated let executor: QueueExecutor
    nonisolated let options: ConnectionOptions
    /// What the server announces on the channels listened to, the newest `Notification.bufferSize` of them. One reader.
    package nonisolated let notifications: AsyncStream<Notification>
    let notificationSink: AsyncStream<Notification>.Continuation
    private nonisolated let pid = Atomic<Int32>(0)
    private nonisolated let closed = Atomic<Bool>(false)
    private nonisolated let silent = Atomic<Bool>(false)

    /// Nil before it is opened and after it ended.
    var session: Session?
    /// Why it ended.
    private(set) var ending: PostgresError?
    /// Who holds the session (a statement or a whole transaction), and who of a transaction's children talks on it.
    var gates = [Gate](repeating: Gate(), count: Door.allCases.count)
    var socketWait: SocketWait?
    var timer: (any DispatchSourceTimer)?
    var settlement = Settlement()
    var transactionState = TransactionState()
    /// Channels that the server was asked to announce.
    var channels: Set<String> = []
    var canary = Canary()
    var canaryWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The server's process that serves this session.
    package nonisolated var backendPID: Int32 { pid.load(ordering: .relaxed) }

    /// Whether the session has ended. False proves nothing: the server may have gone since.
    package nonisolated var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// Whether it ended because its server said nothing: other sessions of the same way may be as dead, unseen.
    nonisolated var fellSilent: Bool { silent.load(ordering: .acquiring) }

    init(options: ConnectionOptions) {
        executor = QueueExecutor(label: "bursar.postgres.connection")
        self.options = options
        (notifications, notificationSink) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingNewest(Notification.bufferSize))
    }

    deinit { notificationSink.finish() }

    /// Opens a session with the first host that takes one. Each host has its own time limit.
    package static func connect(
        to address: PostgresAddress, options: ConnectionOptions = ConnectionOptions()
    ) async throws(PostgresError) -> PostgresConnection {
        let connection = PostgresConnection(options: options)
        try await connection.open(address)
        return connection
    }

    /// Ends the session after the work that is queued before it. Safe to call twice.
    package func close() async {
        guard session != nil else { return }
        let reason = PostgresError(.connectionLost, "the connection was closed")
        // Within its own transaction, which would be waited for in vain.
        if EnclosingTransactions.connections.contains(ObjectIdentifier(self)) { return end(because: reason) }
        await passShielded(.lease)
        end(because: reason)
        leave(.lease)
    }

    func adopt(_ session: Session) {
        self.session = session
        pid.store(PQbackendPID(session.handle), ordering: .relaxed)
    }

    /// Ends the session at once. The first reason stays.
    func end(because reason: PostgresError, isSilent: Bool = false) {
        guard let session else { return }
        if isSilent { silent.store(true, ordering: .releasing) }
        ending = reason
        closed.store(true, ordering: .releasing)
        session.watch.cancel()
        timer?.cancel()
        timer = nil
        self.session = nil
        notificationSink.finish()
        wakeSocketWait(.ready)
        for number in canaryWaiters.keys { wakeCanaryWaiter(number) }
    }

    /// The open session, or the error that says why there is none.
    func openSession() throws(PostgresError) -> Session {
        if let session { return session }
        var error = ending ?? PostgresError(.connectionLost, "the connection is not open")
        if error.code == .commitUnknown || error.code == .misuse { error.code = .connectionLost }
        error.phase = nil
        error.statement = nil
        throw error
    }
}
