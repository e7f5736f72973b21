import Cron
import Events
import JobsPostgres
import Logging
import Postgres
import Primitives

/// Keeps the status line's figures, and knows from them whether the database answers.
struct FiguresLoop: Sendable {
    let pool: PostgresPool
    let fileDigest: ScheduleFileDigest
    let reporter: ServiceReporter
    let time: any TimeSource
    let logger: Logger

    /// While something waits, runs or changes, and while nothing does.
    private static let pause = Duration.seconds(5)
    private static let idlePause = Duration.seconds(20)
    private static let downPause = Duration.seconds(2)
    /// A database that does not answer within this is down as far as operators care.
    private static let patience = Duration.seconds(5)

    /// What is said once, when it changes.
    private struct Known {
        var downSince: Instant?
        /// Looks in a row that found another file: one alone may be of the moment before a reload is over.
        var disputes = 0
    }

    /// Runs until cancelled.
    func run() async {
        var known = Known()
        while !Task.isCancelled {
            do {
                guard let tally = try await within(Self.patience, { try await read() }) else {
                    throw PostgresError(
                        .timeout, "no answer within \(Self.patience)", hint: "look at the database's log")
                }
                heed(tally.tally, roundTrip: tally.roundTrip, &known)
                let isIdle = tally.tally.waiting == 0 && tally.tally.running == 0
                try? await ContinuousClock().sleep(for: isIdle ? Self.idlePause : Self.pause)
            } catch {
                guard !Task.isCancelled else { return }
                heed(error, &known)
                try? await ContinuousClock().sleep(for: Self.downPause)
            }
        }
    }

    private func heed(_ tally: TallyForStatus.Tally, roundTrip: Duration, _ known: inout Known) {
        if let since = known.downSince {
            logger.event(.databaseBack, "the database answers again", metadata: ["since": "\(since.rfc3339)"])
            known.downSince = nil
        }
        // Another daemon's file may have been made the one that holds.
        let isOther = tally.fileDigest != nil && tally.fileDigest != fileDigest.value && reporter.isReady
        known.disputes = isOther ? known.disputes + 1 : 0
        let becameDisputed = known.disputes == 2
        if becameDisputed, !reporter.isDisputed {
            logger.event(.scheduleFileDisputed, "this daemon fires no schedule of its file: another file holds now")
        }
        let isOurs = tally.fileDigest == fileDigest.value
        let figures = StatusLine.Figures(
            waiting: tally.waiting, running: tally.running, parked: tally.parked,
            oldestDue: tally.oldestDue.map { max(tally.now - $0, .zero) }, next: tally.next?.text, roundTrip: roundTrip)
        reporter.update { line in
            line.figures = figures
            if becameDisputed, line.dispute == nil { line.dispute = "another file holds" }
            if isOurs { line.dispute = nil }
            if case .degraded = line.phase { line.phase = .ready }
        }
    }

    private func heed(_ error: any Error, _ known: inout Known) {
        let since = known.downSince ?? time.now()
        if known.downSince == nil {
            logger.event(
                .databaseUnreachable, "the database does not answer; what runs waits for it",
                metadata: ["error": "\(error)"])
            known.downSince = since
        }
        reporter.update { line in
            if line.phase == .ready { line.phase = .degraded(since: since) }
        }
    }

    private func read() async throws -> (tally: TallyForStatus.Tally, roundTrip: Duration) {
        let begun = ContinuousClock.now
        guard let tally = try await pool.first(TallyForStatus()) else {
            throw PostgresError(.protocolViolation, "the tally has no row")
        }
        return (tally, ContinuousClock.now - begun)
    }
}

extension TallyForStatus.Next {
    /// `investments-daily 04:00 America/New_York`, with the date when it is not within a day.
    fileprivate var text: String {
        guard let zone = try? Zone(zone) else { return schedule }
        let local = zone.civil(at: instant)
        let clock = String(local.description.dropFirst(11).prefix(5))
        return "\(schedule) \(clock) \(zone.identifier)"
    }
}
