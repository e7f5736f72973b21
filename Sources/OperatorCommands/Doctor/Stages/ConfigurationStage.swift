import AdminAPI
import Config
import Cron

/// Stage 2: the files, the secrets and the room that the daemon needs.
enum ConfigurationStage {
    static let checks: [DoctorCheck] = [
        DoctorCheck("config-read", configRead), DoctorCheck("config-valid", configValid),
        DoctorCheck("config-warnings", configWarnings), DoctorCheck("config-secrets", configSecrets),
        DoctorCheck("config-applied", configApplied), DoctorCheck("config-kinds", configKinds),
        DoctorCheck("config-drain", configDrain), DoctorCheck("credentials", credentials),
        DoctorCheck("state-directory", stateDirectory), DoctorCheck("state-space", stateSpace),
        DoctorCheck("zone-files", zoneFiles),
    ]

    private static let freeBytesMin: Int64 = 512 << 20
    /// Below this part of the whole there is too little room.
    private static let freeShareMin = 0.05
    private static let check = "bursarctl config check"

    private static func loaded(_ facts: DoctorFacts, _ judge: (LoadedConfiguration) -> Verdict) -> Verdict {
        switch facts.configuration {
        case .success(let loaded): judge(loaded)
        case .failure: .unseen("the configuration is wrong")
        }
    }

    private static func configRead(_ facts: DoctorFacts) -> Verdict {
        guard case .failure(let errors) = facts.configuration else {
            return loaded(facts) { loaded in
                .passed(loaded.sources.isEmpty ? "no file, all defaults" : loaded.sources.joined(separator: ", "))
            }
        }
        guard let unread = errors.errors.first(where: { $0.line == nil && $0.message.hasPrefix("cannot be") }) else {
            return .passed("the files can be read")
        }
        return .failed(
            "\(unread.file) \(unread.message)",
            Remedy(unread.hint ?? "it is not where it should be", fix: "ls -l \(ShellWord.quoted(unread.file))"))
    }

    private static func configValid(_ facts: DoctorFacts) -> Verdict {
        guard case .failure(let errors) = facts.configuration else { return .passed("no error") }
        let count = errors.errors.count
        return .failed(
            count == 1 ? "1 error" : "\(count) errors",
            Remedy(errors.errors[0].description, fix: "\(check), then bursarctl reload"))
    }

    private static func configWarnings(_ facts: DoctorFacts) -> Verdict {
        loaded(facts) { loaded in
            guard let first = loaded.warnings.first else { return .passed("none") }
            return .warning("\(loaded.warnings.count)", Remedy(first.description, fix: check))
        }
    }

    private static func configSecrets(_ facts: DoctorFacts) -> Verdict {
        loaded(facts) { loaded in
            guard
                let row = loaded.rows.first(where: {
                    ConfigurationDifference.isSecret($0.path) && $0.value.description.contains("***")
                })
            else { return .passed("no password stands in a file or a variable") }
            return .warning(
                "\(row.path) holds a password, from \(row.origin)",
                Remedy(
                    "whoever reads the file or the process's environment has it",
                    fix:
                        "systemctl edit \(ServiceUnit.name), with LoadCredential=database.password:PATH under [Service]"
                ))
        }
    }

    private static func configApplied(_ facts: DoctorFacts) -> Verdict {
        facts.daemon.judge { daemon in
            daemon.configuration.judge { running in
                guard case .success = facts.configuration,
                    let comparison = try? PendingConfiguration(running, path: nil).comparison()
                else { return .unseen("the daemon's files cannot be read from here") }
                guard !comparison.changes.isEmpty else { return .passed("generation \(running.generation) holds") }
                return .warning(
                    "\(comparison.changes.count) keys differ, such as \(comparison.changes[0].path)",
                    Remedy(
                        "the files were changed since generation \(running.generation) was read",
                        fix: "bursarctl config diff, then bursarctl reload"))
            }
        }
    }

    private static func configKinds(_ facts: DoctorFacts) -> Verdict {
        facts.daemon.judge { daemon in
            daemon.configuration.judge { running in
                loaded(facts) { loaded in
                    let unknown = loaded.configuration.schedules.filter { !running.kinds.contains($0.kind) }
                    guard let first = unknown.first else { return .passed("the daemon knows every schedule's kind") }
                    return .warning(
                        "\(first.name) starts \(first.kind)",
                        Remedy("the daemon's build has no such kind; its jobs would park", fix: "\(check) --online"))
                }
            }
        }
    }

    private static func configDrain(_ facts: DoctorFacts) -> Verdict {
        facts.unit.judge { unit in
            loaded(facts) { loaded in
                let drain = loaded.configuration.engine.drain
                guard unit.isInstalled, let stop = SystemdDuration.read(unit["TimeoutStopUSec"]) else {
                    return .unseen("there is no unit")
                }
                guard drain >= stop else { return .passed("within the unit's \(unit["TimeoutStopUSec"])") }
                return .warning(
                    "engine.drain takes longer than the unit's TimeoutStopSec, \(unit["TimeoutStopUSec"])",
                    Remedy(
                        "systemd would kill attempts that are still allowed to end",
                        fix: "systemctl edit \(ServiceUnit.name), with a longer TimeoutStopSec= under [Service]"))
            }
        }
    }

    private static func credentials(_ facts: DoctorFacts) -> Verdict {
        facts.credentials.judge { credentials in
            guard !credentials.isEmpty else { return .passed("the unit hands over none") }
            if let missing = credentials.first(where: { !$0.file.exists }) {
                return .failed(
                    "there is no \(missing.file.path)",
                    Remedy(
                        "the unit hands over \(missing.name) from there, and does not start without it",
                        fix: "install -m 0600 /dev/stdin \(ShellWord.quoted(missing.file.path))"))
            }
            if let open = credentials.first(where: { ($0.file.mode ?? 0) & 0o077 != 0 }) {
                return .warning(
                    "others than its owner may use \(open.file.path)",
                    Remedy("its mode is too wide", fix: "chmod 0600 \(ShellWord.quoted(open.file.path))"))
            }
            return .passed("\(credentials.count), each its owner's alone")
        }
    }

    private static func stateDirectory(_ facts: DoctorFacts) -> Verdict {
        facts.stateDirectory.judge { directory in
            let path = ShellWord.quoted(directory.path)
            guard let mode = directory.mode else {
                if facts.daemon.value != nil { return .unseen("the daemon that answers keeps its files elsewhere") }
                return .failed(
                    "there is no \(directory.path)",
                    Remedy("the package makes it, or the unit's StateDirectory=", fix: "systemd-tmpfiles --create"))
            }
            guard directory.isDirectory else {
                return .failed(
                    "\(directory.path) is no directory",
                    Remedy("something else took its path", fix: "mv \(path) \(path).old; systemd-tmpfiles --create"))
            }
            guard mode & 0o007 == 0 else {
                return .warning(
                    "others than its owner and group may look into it",
                    Remedy("its mode is too wide", fix: "chmod 0700 \(path)"))
            }
            return .passed(directory.path)
        }
    }

    private static func stateSpace(_ facts: DoctorFacts) -> Verdict {
        facts.space.judge { space in
            let share = Double(space.freeBytes) / Double(max(space.totalBytes, 1))
            let detail = "\(space.freeBytes >> 20) MiB free, \(Int(share * 100)) %"
            let hasFiles = space.totalFiles == 0 || Double(space.freeFiles) / Double(space.totalFiles) >= freeShareMin
            let remedy = Remedy(
                "the database and the daemon stop when the disk is full",
                fix: "du -xh --max-depth=2 \(ShellWord.quoted(space.path)) | sort -h")
            guard hasFiles else { return .failed("almost no more files can be made there", remedy) }
            guard space.freeBytes >= freeBytesMin else { return .failed(detail, remedy) }
            return share >= freeShareMin ? .passed(detail) : .warning(detail, remedy)
        }
    }

    private static func zoneFiles(_ facts: DoctorFacts) -> Verdict {
        guard (try? Zone("Europe/Madrid")) != nil else {
            return .failed(
                "this machine has no zone files",
                Remedy("schedules in a zone cannot fire without them", fix: "apt install tzdata"))
        }
        return .passed(ZoneFiles.version.map { "version \($0)" } ?? "of a version that is not told")
    }
}
