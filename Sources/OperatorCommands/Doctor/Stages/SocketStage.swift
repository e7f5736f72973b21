import AdminAPI
import Glibc

/// Stage 3: whether the daemon is reached, and whether it moves.
enum SocketStage {
    static let checks: [DoctorCheck] = [
        DoctorCheck("socket-file", socketFile), DoctorCheck("socket-access", socketAccess),
        DoctorCheck("socket-listens", socketListens), DoctorCheck("daemon-answers", daemonAnswers),
        DoctorCheck("daemon-build", daemonBuild), DoctorCheck("daemon-loops", daemonLoops),
        DoctorCheck("daemon-ready", daemonReady), DoctorCheck("daemon-beats", daemonBeats),
    ]

    /// A status is a few small statements.
    private static let slow = Duration.milliseconds(500)
    /// Several beats of the slowest allowed kind.
    private static let beatAgeMax = 60.0
    private static let start = "systemctl start \(ServiceUnit.name)"

    private static func socketFile(_ facts: DoctorFacts) -> Verdict {
        facts.socket.file.judge { file in
            if file.isSocket { return .passed("\(file.path), from \(facts.socket.path.origin)") }
            let what = file.exists ? "\(file.path) is no socket" : "there is no \(file.path)"
            let cause =
                file.exists
                ? "something else took its path" : "the daemon does not run, or listens elsewhere: --socket names it"
            return .failed(what, Remedy(cause, fix: file.exists ? "mv \(file.path) \(file.path).old; \(start)" : start))
        }
    }

    private static func socketAccess(_ facts: DoctorFacts) -> Verdict {
        facts.socket.file.judge { file in
            guard let mode = file.mode else { return .unseen("there is no socket") }
            guard mode & 0o002 == 0 else {
                return .failed(
                    "everyone may use it",
                    Remedy("its mode is too wide: anyone could operate the daemon", fix: "chmod 0660 \(file.path)"))
            }
            guard facts.socket.failure != EACCES, facts.socket.failure != EPERM else {
                return .warning(
                    "this user may not use it",
                    Remedy(
                        "only its owner and its group may",
                        fix: "usermod --append --groups bursar-admin $USER, then log in again"))
            }
            return .passed("its owner and its group may use it")
        }
    }

    private static func socketListens(_ facts: DoctorFacts) -> Verdict {
        guard let code = facts.socket.failure else { return .passed("somebody listens") }
        guard code != EACCES, code != EPERM else { return .unseen("this user may not use the socket") }
        return .failed(
            facts.socket.path.failure(code).message,
            Remedy("no daemon listens: \(String(cString: strerror(code)))", fix: start))
    }

    private static func daemonAnswers(_ facts: DoctorFacts) -> Verdict {
        if case .hidden(let reason) = facts.daemon, facts.socket.failure == nil {
            return .failed(
                reason,
                Remedy(
                    "somebody listens and gives no answer that can be read: it starts, hangs or is of another build",
                    fix: "systemctl status \(ServiceUnit.name), then systemctl restart \(ServiceUnit.name)"))
        }
        return facts.daemon.judge { daemon in
            let detail = "in \(TimeText.duration(seconds: daemon.took / .seconds(1)))"
            guard daemon.took > slow else { return .passed(detail) }
            return .warning(
                detail, Remedy("the machine or the database is busy", fix: "bursarctl status --watch"))
        }
    }

    private static func daemonBuild(_ facts: DoctorFacts) -> Verdict {
        facts.daemon.judge { daemon in
            guard daemon.status.build != BuildVersion.name else { return .passed(BuildVersion.name) }
            return .warning(
                "the daemon is \(daemon.status.build), bursarctl is \(BuildVersion.name)",
                Remedy("one of them was upgraded alone", fix: "systemctl restart \(ServiceUnit.name)"))
        }
    }

    private static func daemonLoops(_ facts: DoctorFacts) -> Verdict {
        facts.daemon.judge { daemon in
            daemon.health.judge { health in
                let stalled = health.checks.filter { !$0.passed }
                guard !stalled.isEmpty else { return .passed("\(health.status), \(health.checks.count) loops") }
                return .failed(
                    stalled.map { "\($0.name): \($0.detail)" }.joined(separator: "; "),
                    Remedy(
                        "a loop hangs; the watchdog restarts the daemon when it goes on",
                        fix: "bursarctl logs --since 15m, then systemctl restart \(ServiceUnit.name)"))
            }
        }
    }

    private static func daemonReady(_ facts: DoctorFacts) -> Verdict {
        facts.daemon.judge { daemon in
            let missing = daemon.status.checks.filter { !$0.passed }
            guard !daemon.status.ready || !missing.isEmpty else {
                return .passed("all \(daemon.status.checks.count) conditions hold")
            }
            return .failed(
                missing.map { "\($0.name): \($0.detail)" }.joined(separator: "; "),
                Remedy("it takes no work until these hold", fix: "bursarctl logs --since 15m --explain"))
        }
    }

    private static func daemonBeats(_ facts: DoctorFacts) -> Verdict {
        facts.daemon.judge { daemon in
            let silent = daemon.status.daemons.filter { $0.beatAgeSeconds > beatAgeMax }
            guard !silent.isEmpty else { return .passed("daemons that live: \(daemon.status.daemons.count)") }
            let words = silent.map { "\($0.host) pid \($0.processID)" }.joined(separator: ", ")
            return .warning(
                "silent: \(words)",
                Remedy(
                    "that daemon died, hangs or lost the database; its jobs move to others",
                    fix: "systemctl status \(ServiceUnit.name) on that host"))
        }
    }
}
