import AdminAPI
import Config
import Primitives

@testable import OperatorCommands
@testable import Postgres

extension DoctorFacts {
    /// A machine on which nothing is wrong and everything can be seen.
    static func healthy() throws -> DoctorFacts {
        let loaded = try ConfigurationLoader(environment: [:]).load(text: "", file: "/etc/bursar/bursar.yaml")
        let now = Instant(rfc3339: "2026-10-15T12:34:56Z")!
        return DoctorFacts(
            now: now, unit: .seen(.healthy),
            process: .seen(
                ProcessFacts(
                    processID: 42, name: "bursard", program: .seen("/usr/sbin/bursard"), openFiles: .seen(65_536))),
            configuration: .success(loaded),
            stateDirectory: .seen(FileFacts(path: "/var/lib/bursar", mode: 0o700, isDirectory: true)),
            space: .seen(
                SpaceFacts(
                    path: "/var/lib/bursar", freeBytes: 50 << 30, totalBytes: 100 << 30, freeFiles: 900,
                    totalFiles: 1_000)),
            credentials: .seen([
                CredentialFacts(name: "audit.key", file: FileFacts(path: "/etc/credstore/audit.key", mode: 0o600))
            ]),
            socket: SocketFacts(
                path: SocketPath(path: "/run/bursar/admin.sock", origin: "the default"),
                file: .seen(FileFacts(path: "/run/bursar/admin.sock", mode: 0o660, isSocket: true)), failure: nil),
            daemon: .seen(.healthy(loaded, now: now)), isClockSynchronised: .seen(true),
            database: .reached(.healthy))
    }

    /// The same, with another daemon.
    mutating func changeDaemon(_ change: (inout DaemonFacts) -> Void) {
        guard var facts = daemon.value else { return }
        change(&facts)
        daemon = .seen(facts)
    }

    /// The same, with another database.
    mutating func changeDatabase(_ change: (inout DatabaseFacts) -> Void) {
        guard case .reached(var facts) = database else { return }
        change(&facts)
        database = .reached(facts)
    }

    /// The same, with another word of systemd.
    mutating func setUnit(_ property: String, _ value: String) {
        guard var facts = unit.value else { return }
        facts.properties[property] = value
        unit = .seen(facts)
    }
}

extension UnitFacts {
    static let healthy = UnitFacts(
        properties: [
            "LoadState": "loaded", "ActiveState": "active", "SubState": "running", "UnitFileState": "enabled",
            "NeedDaemonReload": "no", "Result": "success", "NRestarts": "0", "WatchdogUSec": "30s", "Type": "notify",
            "TimeoutStopUSec": "1min 30s", "FragmentPath": "/usr/lib/systemd/system/bursard.service",
        ], socketProperties: ["LoadState": "loaded", "ActiveState": "active"])
}

extension DaemonFacts {
    static func healthy(_ loaded: LoadedConfiguration, now: Instant) -> DaemonFacts {
        DaemonFacts(
            took: .milliseconds(4),
            status: StatusAnswer(
                build: BuildVersion.name, processID: 42, startedAt: now, now: now, uptimeSeconds: 60, ready: true,
                checks: [CheckAnswer(name: "database", passed: true, detail: "it answers")],
                database: DatabaseAnswer(mode: "external", address: "db", reachable: true),
                daemons: [
                    DaemonAnswer(
                        id: "1", host: "one", processID: 42, build: BuildVersion.name, startedAt: now, beatAt: now,
                        beatAgeSeconds: 1, kinds: ["investments.value"])
                ],
                jobs: JobCounts(countedUpTo: 1_000, waiting: 3, due: 0, running: 1, parked: 0), lastRuns: [],
                socket: "/run/bursar/admin.sock", configFiles: []),
            health: .seen(
                HealthAnswer(
                    status: "alive", checks: [CheckAnswer(name: "loop scheduler", passed: true, detail: "turned")])),
            configuration: .seen(
                ConfigurationAnswer(
                    generation: 1, loadedAt: now,
                    rows: loaded.rows.map { .init(path: $0.path, value: "\($0.value)", origin: "\($0.origin)") },
                    files: [], kinds: ["investments.value"])),
            schedules: .seen([.healthy]))
    }
}

extension ScheduleAnswer {
    static let healthy = ScheduleAnswer(
        name: "nightly", kind: "investments.value", expression: "0 2 * * *", sentence: "At 02:00", zone: "UTC",
        money: false, catchUp: "latest", overlap: "queue", pauseOnFailure: false, enabled: true,
        cursor: Instant(seconds: 0))
}

extension DatabaseFacts {
    static let healthy = DatabaseFacts(
        address: "host=db", roundTrip: .milliseconds(1),
        server: ServerFacts(
            version: 150_018, isStandby: false, unsafe: [], isVacuuming: true, connectionsMax: 100, connections: 12,
            transactionAge: 1_000, oldestTransaction: .seconds(1)),
        schema: .seen(.current),
        selfTests: .seen(
            SelfTest.Check.allCases.map { SelfTest.Finding(check: $0, passed: true, detail: "it holds", hint: nil) }),
        work: .seen(WorkFacts(late: [], lost: [], unserved: [], disputing: [])))
}
