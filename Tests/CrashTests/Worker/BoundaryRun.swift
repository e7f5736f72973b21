import DatabaseTestSupport
import Glibc
import Postgres
import Subprocess

/// One run of a scenario, in which one boundary is visited with one fault.
struct BoundaryRun: Sendable {
    let scenario: Scenario
    let boundary: Boundary
    let fault: Fault
    /// After a fault that the worker survives: a second one joins it.
    let isJoined: Bool

    /// How it went.
    struct Report: Sendable {
        var isReached = false
        var audit: Audit
        var logs: [String] = []
    }

    static let hardDeadline = Duration.milliseconds(600)
    /// Long enough for a worker to connect anew, look up what became of its request and try again.
    private static let delay = Duration.milliseconds(120)
    /// How long loops that have nothing to do may take to come to a boundary.
    private static let idleTime = Duration.milliseconds(400)

    func perform() async throws -> Report {
        try await CrashDatabase.with(scenario) { database in
            let proxy = try WireProxy(to: database.database.address, stopAt: boundary)
            defer { proxy.end() }
            var isReached = false
            var faults: [String] = []
            var logs: [String] = []
            var atThaw: Int64?
            let ending = try await WorkerProcess.run(on: database.uri(through: proxy), settings) { worker in
                guard let stop = try await reach(proxy, database, worker) else { return }
                isReached = true
                logs += try await perform(stop, proxy, database, worker) { atThaw = try await database.transfers() }
            }
            logs.append(ending.log)
            if fault == .kill || !isReached, try await !database.isOver(scenario) {
                logs.append(try await finish(database).log)
            }
            let mayBeKilled = isReached && (fault == .kill || fault == .halfOpen)
            if let atThaw, try await database.transfers() != atThaw {
                faults.append("a thawed worker committed transfers of jobs that others had ended")
            }
            if ending.status != .exited(0), !(mayBeKilled && ending.status == .signaled(SIGKILL)) {
                faults.append("the worker ended with \(ending.status)")
            }
            if try await !database.isOver(scenario) { faults.append("stuck: \(try await database.situation())") }
            var report = Report(isReached: isReached, audit: try await Audit(of: scenario, in: database), logs: logs)
            for fault in faults { report.audit.found(fault) }
            return report
        }
    }

    private var settings: WorkerProcess.Settings {
        var settings = WorkerProcess.Settings(slots: scenario.slots)
        if fault.needsDeadline { settings.deadline = Self.hardDeadline }
        return settings
    }

    /// Waits for the stop. Nil when the run is over without it; the worker has been told to drain then.
    private func reach(
        _ proxy: WireProxy, _ database: CrashDatabase, _ worker: WorkerProcess
    ) async throws -> WireProxy.Stop? {
        try await withThrowingTaskGroup(of: WireProxy.Stop?.self) { group in
            group.addTask {
                for await stop in proxy.stops { return stop }
                return nil
            }
            group.addTask {
                _ = try await database.untilOver(scenario)
                try await ContinuousClock().sleep(for: Self.idleTime)
                worker.stop()
                try await ContinuousClock().sleep(for: Self.idleTime)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Has the fault befall the worker, sees the scenario to its end where the worker lives on, and returns the logs of
    /// others.
    private func perform(
        _ stop: WireProxy.Stop, _ proxy: WireProxy, _ database: CrashDatabase, _ worker: WorkerProcess,
        beforeThaw: () async throws -> Void
    ) async throws -> [String] {
        switch fault {
        case .kill:
            worker.send(SIGKILL)
            return []
        case .terminate:
            try await database.terminate(stop.backendPID)
            proxy.resume(.pass)
        case .cut: proxy.resume(.cut)
        case .loseReply: proxy.resume(.loseReply)
        case .delay:
            proxy.resume(.delay)
            try await ContinuousClock().sleep(for: Self.delay)
            proxy.deliver()
        case .halfOpen:
            proxy.silenceAll()
            let log = try await finish(database).log
            worker.send(SIGKILL)
            return [log]
        case .freeze:
            worker.send(SIGSTOP)
            let log = try await finish(database).log
            try await beforeThaw()
            worker.send(SIGCONT)
            proxy.resume(.pass)
            worker.stop()
            return [log]
        }
        let logs = isJoined ? [try await finish(database).log] : []
        _ = try await database.untilOver(scenario)
        worker.stop()
        return logs
    }

    /// A healthy worker sees to what is left.
    private func finish(_ database: CrashDatabase) async throws -> WorkerProcess.Ending {
        try await WorkerProcess.run(on: database.database.uri, settings) { worker in
            _ = try await database.untilOver(scenario)
            worker.stop()
        }
    }
}

extension CrashDatabase {
    /// How many transfers were posted.
    func transfers() async throws -> Int64 {
        try await connection.value("select count(*) from crash.transfer", as: Int64.self)
    }

    /// Where a worker behind `proxy` connects to.
    func uri(through proxy: WireProxy) -> String {
        database.uri.replacing(database.address["host"] ?? "", with: proxy.directory)
    }
}
