import AdminAPI
import Config
import Glibc
import Primitives

@testable import OperatorCommands
@testable import Postgres

extension DoctorTests {
    static let unitHarms: [Harm] = [
        Harm("unit-installed", "unseen", "systemd") { $0.unit = .hidden("systemd does not run this machine") },
        Harm("unit-installed", "unseen", "without a unit") { $0.setUnit("LoadState", "not-found") },
        Harm("unit-installed", "failed", "apt install") {
            $0.setUnit("LoadState", "not-found")
            $0.daemon = .hidden("no")
        },
        Harm("unit-current", "warning", "systemctl daemon-reload") { $0.setUnit("NeedDaemonReload", "yes") },
        Harm("unit-enabled", "warning", "systemctl enable") { $0.setUnit("UnitFileState", "disabled") },
        Harm("unit-active", "failed", "bursarctl config check") {
            $0.setUnit("ActiveState", "failed")
            $0.setUnit("ExecMainStatus", "78")
        },
        Harm("unit-active", "failed", "result: oom-kill") {
            $0.setUnit("ActiveState", "failed")
            $0.setUnit("Result", "oom-kill")
        },
        Harm("unit-active", "warning", "waits") {
            $0.setUnit("ActiveState", "activating")
            $0.setUnit("StatusText", "waits for the database")
        },
        Harm("unit-notifies", "warning", "Type=simple") { $0.setUnit("Type", "simple") },
        Harm("unit-watchdog", "warning", "no watchdog") { $0.setUnit("WatchdogUSec", "0") },
        Harm("unit-restarts", "warning", "restarted 3 times") { $0.setUnit("NRestarts", "3") },
        Harm("unit-socket", "warning", "enable --now bursard.socket") {
            var unit = UnitFacts.healthy
            unit.socketProperties["ActiveState"] = "inactive"
            $0.unit = .seen(unit)
        },
        Harm("process-runs", "unseen", "no daemon") { $0.process = .hidden("no daemon is known to run") },
        Harm("process-program", "warning", "systemctl restart") {
            $0.process = .seen(
                ProcessFacts(processID: 1, name: "x", program: .seen("/x (deleted)"), openFiles: .hidden("no")))
        },
        Harm("process-files", "warning", "LimitNOFILE") {
            $0.process = .seen(ProcessFacts(processID: 1, name: "x", program: .hidden("no"), openFiles: .seen(256)))
        },
    ]

    static let fileHarms: [Harm] = [
        Harm("config-read", "failed", "cannot be read") {
            $0.configuration = .failure(
                ConfigurationErrors(errors: [
                    ConfigurationError(
                        file: "/etc/x", line: nil, column: nil, message: "cannot be read: no", hint: nil)
                ]))
        },
        Harm("config-valid", "failed", "f:1:9: ") { $0.configuration = result("engine: 4\n") },
        Harm("config-warnings", "warning", "days has no effect") {
            $0.configuration = result("schedules: {a: {kind: k, zone: UTC, cron: 0 2 * * *, days: either}}\n")
        },
        Harm("config-secrets", "warning", "LoadCredential") {
            $0.configuration = result("database: {url: \"postgresql://u:canary@db/b\"}\n")
        },
        Harm("config-applied", "warning", "bursarctl reload") {
            $0.changeDaemon { daemon in
                guard var configuration = daemon.configuration.value else { return }
                configuration.rows[1].value = "11"
                daemon.configuration = .seen(configuration)
            }
        },
        Harm("config-kinds", "warning", "would park") {
            $0.changeDaemon { daemon in
                guard var configuration = daemon.configuration.value else { return }
                configuration.kinds = ["other"]
                daemon.configuration = .seen(configuration)
            }
        },
        Harm("config-drain", "warning", "TimeoutStopSec") { $0.setUnit("TimeoutStopUSec", "20s") },
        Harm("credentials", "failed", "there is no /etc/k") {
            $0.credentials = .seen([CredentialFacts(name: "k", file: FileFacts(path: "/etc/k"))])
        },
        Harm("credentials", "warning", "chmod 0600 '/etc/k y'") {
            $0.credentials = .seen([CredentialFacts(name: "k", file: FileFacts(path: "/etc/k y", mode: 0o644))])
        },
        Harm("state-directory", "failed", "systemd-tmpfiles") {
            $0.stateDirectory = .seen(FileFacts(path: "/var/lib/bursar"))
            $0.daemon = .hidden("no")
        },
        Harm("state-directory", "failed", "is no directory") {
            $0.stateDirectory = .seen(FileFacts(path: "/x", mode: 0o600))
        },
        Harm("state-directory", "warning", "chmod 0700") {
            $0.stateDirectory = .seen(FileFacts(path: "/x", mode: 0o755, isDirectory: true))
        },
        Harm("state-space", "failed", "100 MiB free") { $0.space = .seen(room(freeBytes: 100 << 20, freeFiles: 900)) },
        Harm("state-space", "warning", "du -xh") { $0.space = .seen(room(freeBytes: 1 << 30, freeFiles: 900)) },
        Harm("state-space", "failed", "no more files") { $0.space = .seen(room(freeBytes: 50 << 30, freeFiles: 1)) },
    ]

    static let daemonHarms: [Harm] = [
        Harm("socket-file", "failed", "there is no /s") { $0.socket.file = .seen(FileFacts(path: "/s")) },
        Harm("socket-file", "failed", "is no socket") { $0.socket.file = .seen(FileFacts(path: "/s", mode: 0o600)) },
        Harm("socket-access", "failed", "chmod 0660") {
            $0.socket.file = .seen(FileFacts(path: "/s", mode: 0o666, isSocket: true))
        },
        Harm("socket-access", "warning", "bursar-admin") { $0.socket.failure = EACCES },
        Harm("socket-listens", "failed", "nobody listens") { $0.socket.failure = ECONNREFUSED },
        Harm("socket-listens", "unseen", "may not") { $0.socket.failure = EACCES },
        Harm("daemon-answers", "failed", "systemctl restart") { $0.daemon = .hidden("no answer within 2 s") },
        Harm("daemon-answers", "warning", "status --watch") { $0.changeDaemon { $0.took = .seconds(1) } },
        Harm("daemon-build", "warning", "bursar 9.9") { $0.changeDaemon { $0.status.build = "bursar 9.9" } },
        Harm("daemon-loops", "failed", "loop dispatcher: turned 99 s ago") {
            $0.changeDaemon {
                $0.health = .seen(
                    HealthAnswer(
                        status: "stalled",
                        checks: [CheckAnswer(name: "loop dispatcher", passed: false, detail: "turned 99 s ago")]))
            }
        },
        Harm("daemon-ready", "failed", "listen: no") {
            $0.changeDaemon {
                $0.status.ready = false
                $0.status.checks = [CheckAnswer(name: "listen", passed: false, detail: "no")]
            }
        },
        Harm("daemon-beats", "warning", "silent: one pid 42") {
            $0.changeDaemon { $0.status.daemons[0].beatAgeSeconds = 90 }
        },
    ]

    private static func result(_ text: String) -> Result<LoadedConfiguration, ConfigurationErrors> {
        do {
            return .success(try ConfigurationLoader(environment: [:]).load(text: text, file: "f"))
        } catch {
            return .failure(error)
        }
    }

    private static func room(freeBytes: Int64, freeFiles: Int64) -> SpaceFacts {
        SpaceFacts(path: "/x", freeBytes: freeBytes, totalBytes: 100 << 30, freeFiles: freeFiles, totalFiles: 1_000)
    }
}

extension DoctorTests {
    static let databaseHarms: [Harm] =
        [
            Harm("database-named", "failed", "bad address") {
                $0.database = .unnamed(CommandFailure(.configuration, "bad address"))
            },
            Harm("database-reached", "failed", "bursarctl db url") {
                $0.configuration = result("database: {url: host=db}\n")
                $0.database = .unreached(address: "host=db", failure: CommandFailure(.unavailable, "refused"))
            },
            Harm("database-reached", "failed", "systemctl start bursard") {
                $0.database = .unreached(address: "embedded", failure: CommandFailure(.unavailable, "does not run"))
            },
            Harm("database-reached", "unseen", "log in") { $0.database = .hidden("this user may not log in") },
            Harm("database-version", "failed", "PostgreSQL 13.4") {
                $0.changeDatabase { $0.server.version = 130_004 }
            },
            Harm("database-schema", "failed", "bursarctl migrate") {
                $0.changeDatabase { $0.schema = .seen(.behind(pending: [3])) }
            },
            Harm("database-schema", "failed", "none yet") { $0.changeDatabase { $0.schema = .seen(.missing) } },
            Harm("database-schema", "failed", "ahead") {
                $0.changeDatabase { $0.schema = .seen(.ahead(versions: [9])) }
            },
            Harm("database-schema", "failed", "migration 2") {
                $0.changeDatabase { $0.schema = .seen(.altered(version: 2)) }
            },
            Harm("database-durable", "failed", "off: fsync") { $0.changeDatabase { $0.server.unsafe = ["fsync"] } },
            Harm("database-latency", "warning", "far away") { $0.changeDatabase { $0.roundTrip = .milliseconds(80) } },
            Harm("database-connections", "warning", "95 of 100") { $0.changeDatabase { $0.server.connections = 95 } },
            Harm("database-vacuum", "failed", "autovacuum is off") {
                $0.changeDatabase { $0.server.isVacuuming = false }
            },
            Harm("database-vacuum", "failed", "vacuumdb") {
                $0.changeDatabase { $0.server.transactionAge = 1_500_000_000 }
            },
            Harm("database-transactions", "warning", "2 h") {
                $0.changeDatabase { $0.server.oldestTransaction = .seconds(7_200) }
            },
            Harm("clock-synchronised", "warning", "timedatectl") { $0.isClockSynchronised = .seen(false) },
        ]
        + [
            ("database-writes", SelfTest.Check.readWrite), ("database-sessions", .sessionLock),
            ("database-notifications", .notifications), ("database-clock", .clockSkew),
        ].map { name, check in
            Harm(name, "failed", "mend it") {
                $0.changeDatabase {
                    $0.selfTests = .seen([SelfTest.Finding(check: check, passed: false, detail: "no", hint: "mend it")])
                }
            }
        }

    static let workHarms: [Harm] = [
        Harm("schedules-fire", "failed", "nightly: no such zone") { harmSchedule(&$0) { $0.error = "no such zone" } },
        Harm("schedules-late", "failed", "a, since 1970-01-01 00:00:00Z") {
            harmWork(&$0) { $0.late = [LateSchedules.Late(name: "a", due: Instant(seconds: 0))] }
        },
        Harm("schedules-paused", "warning", "bursarctl schedules resume nightly") {
            harmSchedule(&$0) { $0.paused = SchedulePause(since: Instant(seconds: 0), by: "alice", reason: "why") }
        },
        Harm("schedules-last-runs", "warning", "boom") { harmSchedule(&$0) { $0.lastRun = failedRun } },
        Harm("files-agree", "failed", "bursarctl reload --apply") { harmWork(&$0) { $0.disputing = ["two pid 7"] } },
        Harm("jobs-parked", "warning", "jobs list --state parked") {
            $0.changeDaemon { $0.status.jobs?.parked = 5 }
        },
        Harm("jobs-overdue", "warning", "engine.workers") {
            $0.changeDaemon { $0.status.jobs?.oldestDueSeconds = 900 }
        },
        Harm("jobs-lost", "warning", "bursarctl jobs show 8") { harmWork(&$0) { $0.lost = [8, 9] } },
        Harm("kinds-served", "failed", "payouts.pay") { harmWork(&$0) { $0.unserved = ["payouts.pay"] } },
    ]

    private static let failedRun = RunAnswer(
        executionID: ExecutionID.make(at: Instant(seconds: 0)), jobID: IntegerText(1), kind: "k",
        trigger: "tick", source: "s", state: "failed", createdAt: Instant(seconds: 0), error: "boom")

    private static func harmSchedule(_ facts: inout DoctorFacts, _ change: (inout ScheduleAnswer) -> Void) {
        facts.changeDaemon { daemon in
            var schedule = ScheduleAnswer.healthy
            change(&schedule)
            daemon.schedules = .seen([schedule])
        }
    }

    private static func harmWork(_ facts: inout DoctorFacts, _ change: (inout WorkFacts) -> Void) {
        facts.changeDatabase { database in
            guard var work = database.work.value else { return }
            change(&work)
            database.work = .seen(work)
        }
    }
}
