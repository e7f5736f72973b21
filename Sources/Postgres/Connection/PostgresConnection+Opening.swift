internal import CLibPQ
internal import Dispatch

extension PostgresConnection {
    /// Tries the hosts in turn. libpq is given one host an attempt: `PQconnectPoll` knows no time limit of its own.
    func open(_ address: PostgresAddress) async throws(PostgresError) {
        var failures: [(host: String, error: PostgresError)] = []
        for attempt in Self.attempts(address) {
            if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled while it connected") }
            do {
                return try await open(host: attempt)
            } catch {
                failures.append((attempt.hostName, error))
                if error.code == .cancelled { throw error }
            }
        }
        throw Self.combined(failures)
    }

    /// The hosts in the order of the address. `prefer-standby` means: the standbys first, then any.
    private static func attempts(_ address: PostgresAddress) -> [PostgresAddress] {
        let hosts = address.hosts
        guard address["target_session_attrs"] == "prefer-standby" else { return hosts }
        return hosts.map { $0.setting("target_session_attrs", to: "standby") }
            + hosts.map { $0.setting("target_session_attrs", to: "any") }
    }

    private func open(host: PostgresAddress) async throws(PostgresError) {
        let full = host.forSession(options)
        do throws(PostgresError) {
            try await start(full)
        } catch let error where SessionSettings.isRefusal(error) && host["options"] == nil {
            try await start(full.setting("options", to: nil))
        }
        guard let session, !Self.hasHeeded(session) else { return }
        do throws(PostgresError) {
            try await script(SessionSettings(options).statements)
        } catch {
            end(because: error)
            throw error
        }
    }

    /// Whether the settings that came with the start-up packet hold.
    private static func hasHeeded(_ session: Session) -> Bool {
        PQparameterStatus(session.handle, SessionSettings.mark.name).map { String(cString: $0) }
            == SessionSettings.mark.value
    }

    private func start(_ host: PostgresAddress) async throws(PostgresError) {
        guard let handle = host.withKeywords({ PQconnectStartParams($0, $1, 0) }) else {
            throw PostgresError(.connectionFailed, "libpq has no memory for a connection")
        }
        // Puts the SQLSTATE into the text of a refusal: libpq gives no other access to it while it connects.
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        do {
            try await shake(hands: handle, limit: host.connectTimeout ?? options.perHostTimeout)
            PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
            adopt(try makeSession(handle, host))
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    /// Drives `PQconnectPoll` until the session is open. The socket may change from step to step.
    private func shake(hands handle: OpaquePointer, limit: Duration) async throws(PostgresError) {
        let deadline = ContinuousClock.now + limit
        var status = PQstatus(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while status != PGRES_POLLING_OK {  // Ends: the deadline.
            guard status != PGRES_POLLING_FAILED else { throw ConnectFailure.error(of: handle) }
            let rest = deadline - ContinuousClock.now
            guard rest > .zero, let watch = makeWatch(PQsocket(handle)) else {
                throw PostgresError(
                    .connectionFailed, "no answer within \(limit)", hint: "check host, port and firewall")
            }
            let isWriting = status == PGRES_POLLING_WRITING
            let wake = await withTaskCancellationHandler {
                await sleepOnSocket(watch, read: !isWriting, write: isWriting, limit: rest)
            } onCancel: {
                executor.queue.async { self.assumeIsolated { $0.wakeSocketWait(.ready) } }
            }
            watch.cancel()
            if Task.isCancelled { throw PostgresError(.cancelled, "the task was cancelled while it connected") }
            if wake == .ready { status = PQconnectPoll(handle) }
        }
    }

    private func makeSession(_ handle: OpaquePointer, _ host: PostgresAddress) throws(PostgresError) -> Session {
        guard PQsetnonblocking(handle, 1) == 0, let watch = makeWatch(PQsocket(handle)) else {
            throw PostgresError(.connectionFailed, "the process has no file descriptors left")
        }
        let request: Canceller.Request =
            PQsslInUse(handle) == 1 ? .session(host, backendPID: PQbackendPID(handle)) : .plain
        return Session(
            handle: handle, watch: watch, canceller: Canceller(connection: handle, request: request), address: host)
    }

    private func makeWatch(_ socket: Int32) -> SocketWatch? {
        SocketWatch(socket: socket, queue: executor.queue) { [weak self] _ in
            self?.assumeIsolated { $0.socketIsReady() }
        }
    }

    private static func combined(_ failures: [(host: String, error: PostgresError)]) -> PostgresError {
        guard failures.count > 1, var error = failures.last?.error else {
            var only = failures.first?.error ?? PostgresError(.connectionFailed, "the address names no host")
            if let host = failures.first?.host { only.message = "\(host): \(only.message)" }
            return only
        }
        error.message =
            "no host took the session: "
            + failures.map { "\($0.host): \($0.error.message)" }.joined(separator: "; ")
        // One host that may come back makes another try worthwhile.
        if let transient = failures.first(where: { $0.error.isTransient }) { error.code = transient.error.code }
        return error
    }
}
