import Events
import Logging
import Primitives

/// An attempt from its claim to its end.
extension Dispatcher {
    func execute(_ claim: Claim, stops: AsyncStream<StopOrder>) async {
        var logger = logger
        logger[metadataKey: "job"] = "\(claim.job)"
        logger[metadataKey: "kind"] = "\(claim.kind)"
        logger[metadataKey: "attempt"] = "\(claim.attempt)"
        if let execution = claim.execution { logger[metadataKey: "run"] = "\(execution)" }
        logger.info("begins")
        let begun = clock.now
        let ending = await ending(of: claim, stops: stops, logger: logger)
        stopped(claim.key)
        logger[metadataKey: "outcome"] = "\(ending.name)"
        logger[metadataKey: "duration_us"] = "\((clock.now - begun).wholeMicroseconds)"
        await record(ending, of: claim, logger: logger)
        ended(claim.key)
    }

    /// Returns a job that never began to the store.
    func giveBack(_ claim: Claim) async {
        await record(.interrupted, of: claim, logger: logger)
    }

    /// Runs the job's actor beside a listener for the order to stop, which cancels it.
    private func ending(
        of claim: Claim, stops: AsyncStream<StopOrder>, logger: Logger
    ) async -> AttemptEnding<Store> {
        guard case .fenced(let make) = definitions[claim.kind]?.work else {
            return .outcome(.park(reason: "no job of kind \(claim.kind) is in this build"))
        }
        let attempt = Attempt(claim: claim, store: store, logger: logger)
        return await withTaskGroup(of: AttemptEvent<Store>.self) { group in
            group.addTask {
                do {
                    return .ended(.outcome(try await make().run(attempt)))
                } catch is CancellationError {
                    return .ended(.interrupted)
                } catch {
                    return .ended(Task.isCancelled ? .interrupted : .failed(error))
                }
            }
            group.addTask {
                for await order in stops { return .told(order) }
                return .told(.interrupt)
            }
            var last = StopOrder.interrupt
            for await event in group {
                group.cancelAll()
                switch event {
                case .told(let order): last = order
                case .ended(.interrupted): return self.ending(of: claim, stoppedBy: last)
                case .ended(let ending): return ending
                }
            }
            return .interrupted
        }
    }

    /// Of an attempt that stopped because it was told to.
    private func ending(of claim: Claim, stoppedBy order: StopOrder) -> AttemptEnding<Store> {
        switch order {
        case .interrupt: .interrupted
        case .cancel: .outcome(.cancel(reason: "cancelled"))
        case .overdue: .failed(DeadlinePassed(deadline: definitions[claim.kind]?.deadline ?? .zero))
        }
    }

    /// Tells the store how the attempt ended, again and again while the store cannot be reached: until it answers, or
    /// the attempt's hard deadline lets somebody else take the job anyway.
    private func record(_ ending: AttemptEnding<Store>, of claim: Claim, logger: Logger) async {
        let deadline = clock.now + (definitions[claim.kind]?.deadline ?? settings.liveness.lease)
        var ending = ending
        var limiter = EventLimiter()
        while true {
            do {
                try await recordOnce(ending, of: claim, logger: logger)
                return
            } catch is LeaseLost {
                logger.event(.leaseLost, "the lease was lost; nothing of this attempt was committed after it")
                return
            } catch {
                logger.event(
                    .endNotRecorded, within: &limiter, at: clock.now, "the attempt's end could not be recorded",
                    metadata: ["error": "\(error)"])
                // A completion whose effects cannot be committed is a failed attempt like any other.
                if case .outcome(.done) = ending, FailureClass(of: error) == .refused { ending = .failed(error) }
                guard clock.now < deadline, !isOver, !Task.isCancelled else { return }
                try? await clock.sleep(for: settings.recordRetryPause)
            }
        }
    }

    private func recordOnce(_ ending: AttemptEnding<Store>, of claim: Claim, logger: Logger) async throws {
        let held: Bool
        switch ending {
        case .outcome(.done(let report, let effects)):
            try await store.finish(claim, report: report, effects)
            logger.info("done", metadata: ["totals": "\(report.totals)"])
            held = true
            await judge(claim, failure: nil)
        case .outcome(.snooze(let instant)):
            held = try await store.postpone(claim, until: .at(instant), failure: nil)
            lookAgain.raise()
            if held { logger.info("sleeps until \(instant.rfc3339)") }
        case .outcome(.park(let reason)):
            held = try await store.park(claim, because: .asked, reason: reason)
            if held {
                logger.event(.jobAsksForPerson, "parked: a person must look", metadata: ["reason": "\(reason)"])
            }
        case .outcome(.cancel(let reason)):
            held = try await store.cancel(claim, reason: reason)
            if held { logger.notice("cancelled", metadata: ["reason": "\(reason)"]) }
        case .interrupted:
            logger.info("interrupted; it goes on from its last step")
            held = try await store.postpone(claim, until: .asBefore, failure: nil)
        case .failed(let error):
            held = try await recordFailure(error, of: claim, logger: logger)
        }
        if !held { throw LeaseLost(job: claim.job, lease: claim.lease) }
    }

    private func recordFailure(_ error: any Error, of claim: Claim, logger: Logger) async throws -> Bool {
        if let lost = error as? LeaseLost { throw lost }
        if let throttled = error as? Throttled {
            return try await recordThrottling(throttled, of: claim, logger: logger)
        }
        await judge(claim, failure: error)
        if error is PayloadUnreadable {
            guard try await store.park(claim, because: .payload, reason: "\(error)") else { return false }
            logger.event(.jobParked, "parked: its payload cannot be read", metadata: ["error": "\(error)"])
            return true
        }
        let policy = definitions[claim.kind]?.retry() ?? RetryPolicy()
        let failure = FailureClass(of: error)
        if failure == .outage, let pause = policy.pause(afterOutageIn: claim.attempt, failures: claim.failures) {
            logger.notice("cut off by an outage; it goes on from its last step", metadata: ["error": "\(error)"])
            defer { lookAgain.raise() }
            return try await store.postpone(claim, until: .after(pause), failure: nil)
        }
        let decision = policy.decision(
            after: failure, failures: claim.failures + 1, money: claim.money,
            chance: Double.random(in: 0..<1))
        let text = "\(error)"
        switch decision {
        case .again(let pause):
            guard try await store.postpone(claim, until: .after(pause), failure: text) else { return false }
            lookAgain.raise()
            logger.event(
                .attemptFailed, "attempt failed, trying again", metadata: ["error": "\(text)", "after": "\(pause)"])
        case .park:
            let code = failure == .refused ? ParkCode.refused : .exhausted
            guard try await store.park(claim, because: code, reason: text) else { return false }
            logger.event(
                .jobParked, "parked: a person must look",
                metadata: ["error": "\(text)", "because": "\(code.rawValue)"])
        case .fail:
            guard try await store.fail(claim, error: text) else { return false }
            logger.event(.jobFailed, "failed", metadata: ["error": "\(text)"])
        }
        return true
    }

    /// Whoever is behind the bucket is left alone by the whole fleet; the job comes back after that, at no cost.
    private func recordThrottling(_ throttled: Throttled, of claim: Claim, logger: Logger) async throws -> Bool {
        try await store.block(throttled.bucket, for: throttled.retryAfter)
        guard try await store.postpone(claim, until: .after(throttled.retryAfter), failure: nil) else { return false }
        lookAgain.raise()
        logger.notice("put off", metadata: ["why": "\(throttled)"])
        return true
    }

    /// A breaker that cannot be told is told by the next attempt.
    private func judge(_ claim: Claim, failure: (any Error)?) async {
        guard definitions[claim.kind]?.gates.breaker != nil else { return }
        try? await store.judge(claim, failure: failure)
    }
}

/// Why an attempt is told to stop.
enum StopOrder: Sendable {
    /// This daemon stops: the job goes on elsewhere, or later.
    case interrupt
    /// An operator no longer wants the job.
    case cancel
    /// Its hard deadline has come.
    case overdue
}

/// What happens to a running attempt.
private enum AttemptEvent<Store: JobStore>: Sendable {
    case ended(AttemptEnding<Store>)
    case told(StopOrder)
}

/// How an attempt ended, before the store knows of it.
private enum AttemptEnding<Store: JobStore>: Sendable {
    case outcome(JobOutcome<Store.Transaction>)
    case failed(any Error)
    /// Told to stop: the job goes on elsewhere, or later.
    case interrupted

    /// In one word, for the log.
    var name: String {
        switch self {
        case .outcome(.done): "done"
        case .outcome(.snooze): "snoozed"
        case .outcome(.park): "parked"
        case .outcome(.cancel): "cancelled"
        case .failed: "failed"
        case .interrupted: "interrupted"
        }
    }
}
