import Glibc
package import Postgres
package import Primitives

/// Signs the end of the chain into a file outside the database: every minute in which it moved, every hour at least.
package struct AnchorWriter: Sendable {
    private let pool: PostgresPool
    private let key: AuditKey
    private let log: AnchorLog
    private let daemon: String
    private let progress: LoopProgress
    private let onAnchor: @Sendable (AuditAnchor) -> Void
    private let onFailure: @Sendable (any Error) -> Void

    /// From one look at the end of the chain to the next.
    package static let interval = Duration.seconds(60)
    /// An end that stands still is signed again after this, so that its age can be seen.
    package static let silenceMax = Duration.seconds(3_600)
    /// The longest sleep at once: how often whoever watches hears of the loop.
    private static let breath = Duration.seconds(5)

    /// - Parameters:
    ///   - file: such as `audit-anchors.log` of the state directory.
    ///   - onAnchor: called for each anchor once the file holds it; the line belongs in the log too.
    ///   - onFailure: called when there is no anchor this time, with a `PostgresError`, `AuditFileError` or
    ///     `AuditKeyMismatch`; and with `AuditSetBack`, once, when the chain's end is not what it was.
    package init(
        pool: PostgresPool, key: AuditKey, file: String, host: String, progress: LoopProgress = .unwatched,
        onAnchor: @escaping @Sendable (AuditAnchor) -> Void, onFailure: @escaping @Sendable (any Error) -> Void
    ) {
        self.pool = pool
        self.key = key
        log = AnchorLog(file)
        daemon = "\(host)/\(getpid())"
        self.progress = progress
        self.onAnchor = onAnchor
        self.onFailure = onFailure
    }

    /// Works until its task is cancelled.
    package func run() async {
        let clock = ContinuousClock()
        var pace = AnchorPace(newest: newestOwn())
        while !Task.isCancelled {
            await turn(&pace, now: clock.now)
            let next = clock.now.advanced(by: Self.interval)
            while clock.now < next, !Task.isCancelled {
                progress.advance()
                // Only a cancelled task does not sleep, and it is over.
                try? await Task.sleep(for: min(Self.breath, next - clock.now), clock: clock)
            }
        }
        progress.leave()
    }

    /// Looks once, and signs if it is time.
    func turn(_ pace: inout AnchorPace, now: ContinuousClock.Instant) async {
        do {
            progress.wait(for: "the database")
            let read = try await pool.first(AuditHead.ReadNow())
            progress.advance()
            guard let read else { throw AuditTrail.noHead }
            if let chain = read.head.fingerprint, chain != key.fingerprint {
                throw AuditKeyMismatch(chain: chain, own: key.fingerprint)
            }
            if let setBack = pace.setBack(read.head) {
                // A restore sets history back in the open, and says so in an entry.
                let restored = AuditHead.IsRestored(since: setBack.anchor.at)
                if try await pool.first(restored) != true { onFailure(setBack) }
            }
            guard pace.wants(read.head, now: now) else { return }
            let anchor = AuditAnchor(head: read.head, at: read.now, daemon: daemon, key: key)
            try log.append(anchor)
            pace.wrote(anchor, now: now)
            onAnchor(anchor)
        } catch is CancellationError {
            return
        } catch {
            guard !Task.isCancelled else { return }
            onFailure(error)
        }
    }

    /// What this daemon, or the one before it, signed last: a database that was put back meanwhile is noticed.
    private func newestOwn() -> AuditAnchor? {
        do {
            return try log.read()?.anchors.last { $0.isGenuine(key) }
        } catch {
            onFailure(error)
            return nil
        }
    }
}

/// When an anchor is due.
struct AnchorPace {
    private(set) var newest: AuditAnchor?
    private var writtenAt: ContinuousClock.Instant?

    init(newest: AuditAnchor? = nil) {
        self.newest = newest
    }

    func wants(_ head: AuditHead, now: ContinuousClock.Instant) -> Bool {
        guard let newest, let writtenAt else { return true }
        return newest.sequence != head.sequence || newest.mac != head.mac
            || now - writtenAt >= AnchorWriter.silenceMax
    }

    /// What is wrong with an end that is older than one that was signed, or another at the same place.
    func setBack(_ head: AuditHead) -> AuditSetBack? {
        guard let newest, head.sequence <= newest.sequence else { return nil }
        let isSame = head.sequence == newest.sequence && head.mac == newest.mac
        return isSame ? nil : AuditSetBack(sequence: head.sequence, anchor: newest)
    }

    mutating func wrote(_ anchor: AuditAnchor, now: ContinuousClock.Instant) {
        newest = anchor
        writtenAt = now
    }
}

/// The chain ends before a place where its end was signed: somebody cut entries off or put the database back.
package struct AuditSetBack: Error, Sendable, Hashable, CustomStringConvertible {
    package let sequence: Int64
    package let anchor: AuditAnchor

    package var description: String {
        "the audit ends with entry \(sequence), but on \(anchor.at.rfc3339) entry \(anchor.sequence) was its end: "
            + "entries were cut off, or the database was put back; `bursarctl audit verify` tells more"
    }
}
