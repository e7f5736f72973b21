import AdminAPI
import Primitives

/// Stage 5: whether the work gets done.
enum WorkStage {
    static let checks: [DoctorCheck] = [
        DoctorCheck("schedules-fire", schedulesFire), DoctorCheck("schedules-late", schedulesLate),
        DoctorCheck("schedules-paused", schedulesPaused), DoctorCheck("schedules-last-runs", lastRuns),
        DoctorCheck("files-agree", filesAgree), DoctorCheck("jobs-parked", jobsParked),
        DoctorCheck("jobs-overdue", jobsOverdue), DoctorCheck("jobs-lost", jobsLost),
        DoctorCheck("kinds-served", kindsServed),
    ]

    private static let overdueMax = 300.0
    /// Names that a detail lists.
    private static let listedMax = 5

    private static func schedules(_ facts: DoctorFacts, _ judge: ([ScheduleAnswer]) -> Verdict) -> Verdict {
        facts.daemon.judge { $0.schedules.judge(judge) }
    }

    private static func work(_ facts: DoctorFacts, _ judge: (WorkFacts) -> Verdict) -> Verdict {
        DatabaseStage.reached(facts) { $0.work.judge(judge) }
    }

    private static func listed(_ names: [String]) -> String {
        names.prefix(listedMax).joined(separator: ", ")
            + (names.count > listedMax ? " and \(names.count - listedMax) more" : "")
    }

    private static func schedulesFire(_ facts: DoctorFacts) -> Verdict {
        schedules(facts) { schedules in
            let broken = schedules.filter { $0.error != nil }
            guard let first = broken.first else { return .passed("schedules that can be read: \(schedules.count)") }
            return .failed(
                "\(listed(broken.map(\.name))): \(first.error ?? "")",
                Remedy("this build cannot read their rules", fix: "bursarctl config check, then bursarctl reload"))
        }
    }

    private static func schedulesLate(_ facts: DoctorFacts) -> Verdict {
        work(facts) { work in
            guard let first = work.late.first else { return .passed("no tick is due and undecided") }
            return .failed(
                "\(listed(work.late.map(\.name))), since \(TimeText.instant(first.due))",
                Remedy(
                    "no daemon decides their ticks: none runs, its files are disputed, or its scheduler hangs",
                    fix: "bursarctl status, then systemctl restart \(ServiceUnit.name)"))
        }
    }

    private static func schedulesPaused(_ facts: DoctorFacts) -> Verdict {
        schedules(facts) { schedules in
            let paused = schedules.filter { $0.paused != nil }
            guard let first = paused.first, let pause = first.paused else { return .passed("none") }
            return .warning(
                listed(paused.map(\.name)),
                Remedy(
                    "\(first.name): by \(pause.by) since \(TimeText.instant(pause.since)): \(pause.reason)",
                    fix: "bursarctl schedules resume \(ShellWord.quoted(first.name))"))
        }
    }

    private static func lastRuns(_ facts: DoctorFacts) -> Verdict {
        schedules(facts) { schedules in
            let failed = schedules.filter { ["failed", "parked"].contains($0.lastRun?.state ?? "") }
            guard let first = failed.first, let run = first.lastRun else { return .passed("none ended badly") }
            return .warning(
                listed(failed.map(\.name)),
                Remedy(
                    "\(first.name): \(run.state): \(run.error ?? "no reason was kept")",
                    fix: "bursarctl runs show \(run.executionID)"))
        }
    }

    private static func filesAgree(_ facts: DoctorFacts) -> Verdict {
        work(facts) { work in
            guard !work.disputing.isEmpty else { return .passed("all daemons have the file whose schedules hold") }
            return .failed(
                listed(work.disputing),
                Remedy(
                    "the files of several daemons say different things of the schedules; these fire none",
                    fix: "make the files alike, or on the one that holds: bursarctl reload --apply"))
        }
    }

    private static func jobsParked(_ facts: DoctorFacts) -> Verdict {
        facts.daemon.judge { daemon in
            guard let jobs = daemon.status.jobs else { return .unseen("the daemon cannot reach the database") }
            guard jobs.parked > 0 else { return .passed("none") }
            return .warning(
                "\(jobs.parked)",
                Remedy("they failed for good and wait for a person", fix: "bursarctl jobs list --state parked"))
        }
    }

    private static func jobsOverdue(_ facts: DoctorFacts) -> Verdict {
        facts.daemon.judge { daemon in
            guard let jobs = daemon.status.jobs else { return .unseen("the daemon cannot reach the database") }
            guard let age = jobs.oldestDueSeconds, age > overdueMax else { return .passed("\(jobs.due) are due") }
            return .warning(
                "the oldest is due for \(TimeText.duration(seconds: age))",
                Remedy(
                    "more is due than the workers get done, or its kind waits its turn",
                    fix: "bursarctl queues, then raise engine.workers"))
        }
    }

    private static func jobsLost(_ facts: DoctorFacts) -> Verdict {
        work(facts) { work in
            guard let first = work.lost.first else { return .passed("every running job has a daemon that lives") }
            return .warning(
                "jobs \(listed(work.lost.map(String.init)))",
                Remedy(
                    "their daemon is gone, and no other has taken them yet", fix: "bursarctl jobs show \(first)"))
        }
    }

    private static func kindsServed(_ facts: DoctorFacts) -> Verdict {
        work(facts) { work in
            guard !work.unserved.isEmpty else { return .passed("some daemon runs every kind that is due") }
            return .failed(
                listed(work.unserved),
                Remedy(
                    "no daemon that lives knows these kinds: start one, or upgrade",
                    fix: "systemctl start \(ServiceUnit.name)"))
        }
    }
}
