/// Stage 1: the unit, its socket and the daemon's process.
enum ProcessStage {
    static let checks: [DoctorCheck] = [
        DoctorCheck("unit-installed", unitInstalled), DoctorCheck("unit-current", unitCurrent),
        DoctorCheck("unit-enabled", unitEnabled), DoctorCheck("unit-active", unitActive),
        DoctorCheck("unit-notifies", unitNotifies), DoctorCheck("unit-watchdog", unitWatchdog),
        DoctorCheck("unit-restarts", unitRestarts), DoctorCheck("unit-socket", unitSocket),
        DoctorCheck("process-runs", processRuns), DoctorCheck("process-program", processProgram),
        DoctorCheck("process-files", processFiles),
    ]

    /// A daemon with fewer could run out of connections.
    private static let openFilesMin = 1_024
    private static let unit = ServiceUnit.name

    private static func unitInstalled(_ facts: DoctorFacts) -> Verdict {
        facts.unit.judge { unit in
            if unit.isInstalled { return .passed(unit["FragmentPath"]) }
            if facts.daemon.value != nil { return .unseen("the daemon runs without a unit") }
            return .failed(
                "systemd knows no \(Self.unit).service: \(unit["LoadState"])",
                Remedy("the package is not installed, or its unit cannot be read", fix: "apt install ./bursar.deb"))
        }
    }

    private static func installed(_ facts: DoctorFacts, _ judge: (UnitFacts) -> Verdict) -> Verdict {
        facts.unit.judge { $0.isInstalled ? judge($0) : .unseen("there is no unit") }
    }

    private static func unitCurrent(_ facts: DoctorFacts) -> Verdict {
        installed(facts) { unit in
            guard unit["NeedDaemonReload"] == "yes" else { return .passed("systemd has read the unit as it is") }
            return .warning(
                "systemd has not read the unit as it is on disk",
                Remedy("the unit or a drop-in was changed", fix: "systemctl daemon-reload"))
        }
    }

    private static func unitEnabled(_ facts: DoctorFacts) -> Verdict {
        installed(facts) { unit in
            guard !["enabled", "enabled-runtime", "static"].contains(unit["UnitFileState"]) else {
                return .passed(unit["UnitFileState"])
            }
            return .warning(
                "\(unit["UnitFileState"]): it does not start with the machine",
                Remedy("the unit was never enabled", fix: "systemctl enable \(Self.unit).socket \(Self.unit)"))
        }
    }

    private static func unitActive(_ facts: DoctorFacts) -> Verdict {
        installed(facts) { unit in
            let state = "\(unit["ActiveState"]) (\(unit["SubState"]))"
            switch unit["ActiveState"] {
            case "active", "reloading":
                return .passed(unit["StatusText"].isEmpty ? state : "\(state): \(unit["StatusText"])")
            case "activating":
                return .warning(
                    "\(state): \(unit["StatusText"])",
                    Remedy(
                        "it is not ready yet; its status says for what it waits", fix: "systemctl status \(Self.unit)"))
            default:
                let cause = SystemExit.meaning(of: unit["ExecMainStatus"]) ?? "result: \(unit["Result"])"
                return .failed(
                    state,
                    Remedy(
                        cause, fix: "journalctl --unit=\(Self.unit) --lines=50, then systemctl restart \(Self.unit)"))
            }
        }
    }

    private static func unitNotifies(_ facts: DoctorFacts) -> Verdict {
        installed(facts) { unit in
            guard !["notify", "notify-reload"].contains(unit["Type"]) else { return .passed("Type=\(unit["Type"])") }
            return .warning(
                "Type=\(unit["Type"])",
                Remedy("systemd calls it active before it is ready", fix: "systemctl revert \(Self.unit)"))
        }
    }

    private static func unitWatchdog(_ facts: DoctorFacts) -> Verdict {
        installed(facts) { unit in
            guard ["", "0", "infinity"].contains(unit["WatchdogUSec"]) else {
                return .passed("within \(unit["WatchdogUSec"])")
            }
            return .warning(
                "no watchdog",
                Remedy("a daemon whose loops hang would not be restarted", fix: "systemctl revert \(Self.unit)"))
        }
    }

    private static func unitRestarts(_ facts: DoctorFacts) -> Verdict {
        installed(facts) { unit in
            let restarts = Int(unit["NRestarts"]) ?? 0
            guard restarts > 0 else { return .passed("none since it was started") }
            return .warning(
                "restarted \(restarts) times",
                Remedy(
                    "it crashed, was killed or hung; the journal says which",
                    fix: "bursarctl logs --since 1d, then systemctl reset-failed \(Self.unit)"))
        }
    }

    private static func unitSocket(_ facts: DoctorFacts) -> Verdict {
        installed(facts) { unit in
            guard unit.socketProperties["LoadState"] == "loaded" else { return .unseen("there is no socket unit") }
            guard unit.socketProperties["ActiveState"] != "active" else {
                return .passed("systemd holds it open over restarts")
            }
            return .warning(
                "\(Self.unit).socket is \(unit.socketProperties["ActiveState"] ?? "unknown")",
                Remedy(
                    "calls are refused while the daemon restarts", fix: "systemctl enable --now \(Self.unit).socket"))
        }
    }

    private static func processRuns(_ facts: DoctorFacts) -> Verdict {
        facts.process.judge { .passed("pid \($0.processID), \($0.name)") }
    }

    private static func processProgram(_ facts: DoctorFacts) -> Verdict {
        facts.process.judge { process in
            process.program.judge { path in
                guard path.hasSuffix(" (deleted)") else { return .passed(path) }
                return .warning(
                    path,
                    Remedy("a newer program took its place after it was started", fix: "systemctl restart \(Self.unit)")
                )
            }
        }
    }

    private static func processFiles(_ facts: DoctorFacts) -> Verdict {
        facts.process.judge { process in
            process.openFiles.judge { count in
                guard count < openFilesMin else { return .passed(count == .max ? "without limit" : "up to \(count)") }
                return .warning(
                    "up to \(count)",
                    Remedy(
                        "connections and files could run out",
                        fix: "systemctl edit \(Self.unit), with LimitNOFILE=65536 under [Service]"))
            }
        }
    }
}
