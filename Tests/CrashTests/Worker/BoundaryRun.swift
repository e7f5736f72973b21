import DatabaseTestSupport
import Glibc
import Postgres
import Subprocess

/// One run of a scenario, in which one boundary is visited with one fault.
struct BoundaryRun: Sendable {
    let scenario: Scenario
    /// Nil: none, to see which there are.
    let boundary: Boundary?
    let fault: Fault
    /// After a fault that the worker survives: a second one joins it.
    let isJoined: Bool

    /// How it went.
    struct Report: Sendable {
        var isReached = false
        /// How often the worker sent what.
        var visits: [String: Int]
        var audit: Audit
        var logs: [String] = []
    }

    static let hardDeadline = Duration.milliseconds(1_200)
    /// Long enough for a worker to connect anew, look up what became of its request and try again.
    private static let delay = Duration.milliseconds(120)
    /// How long loops that have nothing to do may take to come to a boundary.
    private static let idleTime = Duration.milliseconds(600)

    func perform() async throws -> Report {
        try await CrashDatabase.with(scenario) { database in
            let proxy = try WireProxy(to: database.database.address, stopAt: boundary)
            defer { proxy.end() }
            guard scenario.callsCompany else { return try await perform(proxy, database, company: nil) }
            let company = try Company(beside: proxy)
            try await company.release(in: database)
            async let _ = company.run()
            defer {
                // A call that is still stopped would keep the company from ending.
                proxy.end()
                company.end()
            }
            return try await perform(proxy, database, company: company)
        }
    }

    private func perform(_ proxy: WireProxy, _ database: CrashDatabase, company: Company?) async throws -> Report {
        var isReached = false
        var faults: [String] = []
        var logs: [String] = []
        var atThaw: Int64?
        let settings = settings(company)
        let ending = try await WorkerProcess.run(on: database.uri(through: proxy), settings) { worker in
            guard let stop = try await reach(proxy, database, worker) else { return }
            isReached = true
            logs += try await perform(stop, proxy, database, worker, settings) {
                atThaw = try await database.transfers()
            }
        }
        logs.append(ending.log)
        if fault == .kill || !isReached, try await !database.isOver(scenario) {
            logs += try await finish(database, settings)
        }
        if let atThaw, try await database.transfers() != atThaw {
            faults.append("a thawed worker committed transfers of jobs that others had ended")
        }
        let mayBeKilled = isReached && (fault == .kill || fault == .halfOpen)
        if ending.status != .exited(0), !(mayBeKilled && ending.status == .signaled(SIGKILL)) {
            faults.append("the worker ended with \(ending.status)")
        }
        if try await !database.isOver(scenario) { faults.append("stuck: \(try await database.situation())") }
        var audit = try await Audit(of: scenario, in: database)
        if let company { try await audit.check(company, scenario, database.connection) }
        for fault in faults { audit.found(fault) }
        return Report(isReached: isReached, visits: proxy.visits, audit: audit, logs: logs)
    }

    private func settings(_ company: Company?) -> WorkerProcess.Settings {
        var settings = WorkerProcess.Settings(slots: scenario.slots, kinds: scenario.kinds)
        if let company { settings.company = company.path }
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
        _ settings: WorkerProcess.Settings, beforeThaw: () async throws -> Void
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
            let logs = try await finish(database, settings)
            worker.send(SIGKILL)
            return logs
        case .freeze:
            worker.send(SIGSTOP)
            let logs = try await finish(database, settings)
            try await beforeThaw()
            worker.send(SIGCONT)
            proxy.resume(.pass)
            worker.stop()
            return logs
        }
        let logs = isJoined ? try await finish(database, settings) : []
        let stuck = try await seeThrough(database)
        worker.stop()
        return logs + stuck
    }

    /// Waits for the end; when that does not come, says what is where.
    private func seeThrough(_ database: CrashDatabase) async throws -> [String] {
        try await database.untilOver(scenario) ? [] : ["stuck at that time:\n" + database.situation()]
    }

    /// A healthy worker sees to what is left.
    private func finish(
        _ database: CrashDatabase, _ settings: WorkerProcess.Settings
    ) async throws -> [String] {
        var stuck: [String] = []
        let ending = try await WorkerProcess.run(on: database.database.uri, settings) { worker in
            stuck = try await seeThrough(database)
            worker.stop()
        }
        return stuck + [ending.log]
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
