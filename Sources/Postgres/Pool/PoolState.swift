/// Which connection of a pool is where, and who waits. Decides; the pool performs. No clock, no I/O: time is an
/// argument.
struct PoolState {
    typealias ConnectionID = Int
    typealias WaiterID = UInt64
    typealias Instant = ContinuousClock.Instant

    /// What the pool is to do.
    enum Action: Equatable {
        case connect(ConnectionID)
        /// Ask it whether it still works, and report with `checked`.
        case check(ConnectionID)
        case lend(ConnectionID, to: WaiterID)
        case refuse(WaiterID, Refusal)
        case close(ConnectionID)
        /// All connections are back and closed.
        case finish
    }

    /// Why a task gets no connection.
    enum Refusal: Equatable {
        case shutDown
        case tooManyWaiters
        case timeout
        /// The server turns this user or database away: waiting does not help.
        case connectFailed
    }

    /// What a request for a connection leads to.
    enum Lease: Equatable {
        /// `needsLook`: it was idle for long enough to have died unseen.
        case lent(ConnectionID, needsLook: Bool)
        case wait([Action])
        case refused(Refusal)
    }

    /// connecting → idle ⇄ lent, idle ⇄ checking; from each it may vanish.
    enum Slot: Equatable {
        case connecting
        case idle(since: Instant, checked: Instant)
        case lent
        case checking(since: Instant)
    }

    /// running → draining → finished.
    enum Phase { case running, draining, finished }

    let limits: PoolLimits
    private(set) var phase = Phase.running
    private(set) var slots: [ConnectionID: Slot] = [:]
    /// Idle connections, the one used last at the end: it is lent first, so that surplus ones grow old.
    private var idle: [ConnectionID] = []
    private var waiters: [(id: WaiterID, deadline: Instant)] = []
    private var lastID = 0
    private var failuresInARow = 0
    /// No attempt to connect begins before.
    private var notBefore: Instant?

    init(limits: PoolLimits) {
        self.limits = limits
    }

    var waiterCount: Int { waiters.count }

    // MARK: Lending

    mutating func lease(for waiter: WaiterID, now: Instant) -> Lease {
        guard phase == .running else { return .refused(.shutDown) }
        if waiters.isEmpty, let id = idle.popLast() {
            guard case .idle(let since, _) = slots[id] else {
                preconditionFailure("an idle connection has an idle slot")
            }
            slots[id] = .lent
            return .lent(id, needsLook: now - since > PoolLimits.trustedIdleTime)
        }
        guard waiters.count < limits.waiters else { return .refused(.tooManyWaiters) }
        waiters.append((waiter, now + limits.leaseTimeout))
        return .wait(connectForWaiters(now: now))
    }

    /// A connection came back. One that is closed makes all idle ones suspect: the server may have gone. One that fell
    /// silent takes them along: a look cannot tell whether they are as dead, and finding out one by one takes long.
    mutating func release(
        _ id: ConnectionID, isClosed: Bool, fellSilent: Bool = false, now: Instant
    ) -> [Action] {
        precondition(slots[id] == .lent, "only a lent connection comes back")
        guard isClosed else { return offer(id, now: now) }
        guard fellSilent else {
            suspectIdle(now: now)
            return vanish(id, now: now)
        }
        return closeIdle() + vanish(id, now: now)
    }

    /// Whether the task still waited; it does no longer.
    mutating func abandon(_ waiter: WaiterID) -> Bool {
        guard let index = waiters.firstIndex(where: { $0.id == waiter }) else { return false }
        waiters.remove(at: index)
        return true
    }

    // MARK: Connecting

    /// Opens the first connection without being asked: who starts wants to know whether it works.
    mutating func start(now: Instant) -> [Action] {
        phase == .running && slots.isEmpty ? [connect()] : []
    }

    mutating func connected(_ id: ConnectionID, now: Instant) -> [Action] {
        precondition(slots[id] == .connecting, "only a connecting connection arrives")
        failuresInARow = 0
        notBefore = nil
        return offer(id, now: now) + (phase == .running ? connectForWaiters(now: now) : [])
    }

    /// `isFinal`: the server turned us away; those who wait are told at once.
    mutating func connectFailed(_ id: ConnectionID, isFinal: Bool, jitter: Double, now: Instant) -> [Action] {
        precondition(slots[id] == .connecting, "only a connecting connection fails")
        slots[id] = nil
        failuresInARow += 1
        notBefore = now + limits.connectBackoff.delay(failures: failuresInARow, jitter: jitter)
        guard phase == .running else { return finishIfEmpty() }
        guard isFinal else { return [] }
        defer { waiters.removeAll() }
        return waiters.map { .refuse($0.id, .connectFailed) }
    }

    // MARK: Time

    /// When `tick` next has something to do; nil when nothing is planned.
    var nextWake: Instant? {
        var next = waiters.first?.deadline
        func consider(_ instant: Instant) { next = next.map { min($0, instant) } ?? instant }
        if let notBefore, !waiters.isEmpty || slots.isEmpty { consider(notBefore) }
        for id in idle {
            guard case .idle(let since, let checked) = slots[id] else { continue }
            consider(checked + limits.idleCheckInterval)
            if slots.count > 1 { consider(since + limits.idleLifetime) }
        }
        return phase == .running ? next : nil
    }

    /// Does what is due: waiters whose time is up, connecting again, idle connections to check or to close.
    mutating func tick(now: Instant) -> [Action] {
        guard phase == .running else { return [] }
        var actions: [Action] = []
        // Deadlines ascend: all wait equally long.
        while let first = waiters.first, first.deadline <= now {
            waiters.removeFirst()
            actions.append(.refuse(first.id, .timeout))
        }
        if let notBefore, notBefore <= now {
            self.notBefore = nil
            actions += slots.isEmpty && waiters.isEmpty ? [connect()] : connectForWaiters(now: now)
        }
        for id in idle {
            guard case .idle(let since, let checked) = slots[id] else { continue }
            if slots.count > 1, since + limits.idleLifetime <= now {
                slots[id] = nil
                actions.append(.close(id))
            } else if checked + limits.idleCheckInterval <= now {
                slots[id] = .checking(since: since)
                actions.append(.check(id))
            }
        }
        idle.removeAll { id in
            if case .idle = slots[id] { return false }
            return true
        }
        return actions
    }

    mutating func checked(_ id: ConnectionID, isAlive: Bool, now: Instant) -> [Action] {
        guard case .checking(let since) = slots[id] else {
            preconditionFailure("only a connection under check reports")
        }
        guard isAlive else {
            suspectIdle(now: now)
            return vanish(id, now: now)
        }
        guard waiters.isEmpty, phase == .running else { return offer(id, now: now) }
        slots[id] = .idle(since: since, checked: now)
        // It keeps its age: at the front, where the oldest are.
        idle.insert(id, at: 0)
        return []
    }

    // MARK: Ending

    /// Lends nothing any more, refuses those who wait, closes what is idle; what is lent is closed when it comes back.
    mutating func shutDown() -> [Action] {
        guard phase == .running else { return [] }
        phase = .draining
        let actions = waiters.map { Action.refuse($0.id, .shutDown) } + closeIdle()
        waiters.removeAll()
        return actions + finishIfEmpty()
    }

    // MARK: Decisions in common

    private mutating func offer(_ id: ConnectionID, now: Instant) -> [Action] {
        guard phase == .running else {
            slots[id] = nil
            return [.close(id)] + finishIfEmpty()
        }
        guard !waiters.isEmpty else {
            slots[id] = .idle(since: now, checked: now)
            idle.append(id)
            return []
        }
        slots[id] = .lent
        return [.lend(id, to: waiters.removeFirst().id)]
    }

    private mutating func closeIdle() -> [Action] {
        for id in idle { slots[id] = nil }
        defer { idle.removeAll() }
        return idle.map { .close($0) }
    }

    private mutating func vanish(_ id: ConnectionID, now: Instant) -> [Action] {
        slots[id] = nil
        guard phase == .running else { return [.close(id)] + finishIfEmpty() }
        return [.close(id)] + connectForWaiters(now: now)
    }

    /// One attempt for each task that waits, within the size, unless failures call for a pause.
    private mutating func connectForWaiters(now: Instant) -> [Action] {
        if let notBefore, notBefore > now { return [] }
        let underWay = slots.values.count { $0 == .connecting }
        let wanted = min(waiters.count - underWay, limits.size - slots.count)
        return wanted > 0 ? (0..<wanted).map { _ in connect() } : []
    }

    private mutating func connect() -> Action {
        lastID += 1
        slots[lastID] = .connecting
        return .connect(lastID)
    }

    private mutating func suspectIdle(now: Instant) {
        let longAgo = now - PoolLimits.trustedIdleTime - .seconds(1)
        for id in idle {
            guard case .idle(let since, let checked) = slots[id] else { continue }
            slots[id] = .idle(since: min(since, longAgo), checked: checked)
        }
    }

    private mutating func finishIfEmpty() -> [Action] {
        guard slots.isEmpty else { return [] }
        phase = .finished
        return [.finish]
    }
}
