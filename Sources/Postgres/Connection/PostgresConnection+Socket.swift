internal import CLibPQ
internal import Dispatch
internal import Glibc

/// Why a wait for the socket ended.
enum Wake {
    case ready, deadline
}

/// A task that waits for the socket, and until when.
struct SocketWait {
    let continuation: UnsafeContinuation<Wake, Never>
    var deadline: ContinuousClock.Instant?
}

extension PostgresConnection {
    /// How long a reply is awaited on the queue's own thread, in milliseconds. A short statement's reply comes within
    /// it.
    private static let briefWait: Int32 = 2

    /// How long a session may take to answer after it was asked to cancel.
    static let cancelGrace: Duration = .seconds(5)

    /// Waits until libpq can go on. Throws and ends the session when it stays silent beyond its limit, or when the
    /// server, asked over another session, does not work for it any more.
    func awaitSocket(write: Bool) async throws(PostgresError) {
        let session = try openSession()
        if Self.poll(PQsocket(session.handle), write: write, milliseconds: Self.briefWait) { return }
        let begin = ContinuousClock.now
        var doubt = Doubt()
        while true {  // Ends: the answer, the limit, or a doubt that proves right; without a limit as long as it works.
            let isCancelled = session.canceller.wasCancelled
            let rest = silenceLimit.map { $0 - (ContinuousClock.now - begin) }
            let pause = isCancelled ? Self.cancelGrace : min(rest ?? Doubt.pause, Doubt.pause)
            let wake = await sleepOnSocket(session.watch, read: true, write: write, limit: pause)
            guard wake == .deadline else { return _ = try openSession() }
            if session.canceller.wasCancelled { throw silenced("the server did not answer a cancellation") }
            if let limit = silenceLimit, ContinuousClock.now - begin >= limit {
                throw silenced("the server did not answer within \(limit)")
            }
            let finding = await Doubt.ask(about: session)
            _ = try openSession()
            if let reason = doubt.heed(finding) { throw silenced(reason) }
        }
    }

    private func silenced(_ message: String) -> PostgresError {
        let error = PostgresError(.connectionLost, message)
        end(because: error, isSilent: true)
        return error
    }

    private var silenceLimit: Duration? {
        transactionState.ownSilenceLimit ?? options.effectiveSilenceLimit
    }

    /// Sleeps until the socket is ready or `limit` has passed.
    func sleepOnSocket(_ watch: SocketWatch, read: Bool, write: Bool, limit: Duration?) async -> Wake {
        precondition(socketWait == nil, "one task at a time waits for the socket")
        watch.arm(read: read, write: write)
        let deadline = limit.map { ContinuousClock.now + $0 }
        if let limit { startTimer(limit) }
        let wake = await withUnsafeContinuation { socketWait = SocketWait(continuation: $0, deadline: deadline) }
        watch.arm(read: false, write: false)
        return wake
    }

    /// Called on the queue by the socket's sources.
    func socketIsReady() {
        guard socketWait == nil else { return wakeSocketWait(.ready) }
        guard let session else { return }
        if gates[Door.exchange.rawValue].turnstile.isTaken || channels.isEmpty {
            session.watch.arm(read: false, write: false)
        } else {
            receiveWhileIdle(session)
        }
    }

    func wakeSocketWait(_ wake: Wake) {
        guard let wait = socketWait else { return }
        socketWait = nil
        wait.continuation.resume(returning: wake)
    }

    /// Makes a wait under way end within `limit`.
    func shortenSocketWait(to limit: Duration) {
        guard socketWait != nil else { return }
        socketWait?.deadline = ContinuousClock.now + limit
        startTimer(limit)
    }

    private func startTimer(_ limit: Duration) {
        if timer == nil {
            let timer = DispatchSource.makeTimerSource(queue: executor.queue)
            timer.setEventHandler { [weak self] in self?.assumeIsolated { $0.timerFired() } }
            timer.resume()
            self.timer = timer
        }
        timer?.schedule(deadline: .now() + .microseconds(Int(limit / .microseconds(1))), leeway: .milliseconds(1))
    }

    /// A timer of an earlier wait may fire into a later one: only the deadline decides.
    private func timerFired() {
        guard let deadline = socketWait?.deadline else { return }
        let rest = deadline - ContinuousClock.now
        rest > .zero ? startTimer(rest) : wakeSocketWait(.deadline)
    }

    /// Whether the socket became ready within `milliseconds`.
    static func poll(_ socket: Int32, write: Bool, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: socket, events: Int16(write ? POLLIN | POLLOUT : POLLIN), revents: 0)
        return Glibc.poll(&entry, 1, milliseconds) > 0
    }
}
