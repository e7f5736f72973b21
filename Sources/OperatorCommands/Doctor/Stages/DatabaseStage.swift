import Config
import Postgres

/// Stage 4: the database, its schema, what it proves of itself, and the clocks.
enum DatabaseStage {
    static let checks: [DoctorCheck] = [
        DoctorCheck("database-named", named), DoctorCheck("database-reached", reachedAtAll),
        DoctorCheck("database-version", version), DoctorCheck("database-schema", schema),
        DoctorCheck("database-writes", selfTest(.readWrite, fix: "bursarctl config show --effective")),
        DoctorCheck("database-durable", durable),
        DoctorCheck("database-sessions", selfTest(.sessionLock, fix: "bursarctl config show --effective")),
        DoctorCheck("database-notifications", selfTest(.notifications, fix: "bursarctl logs --since 15m")),
        DoctorCheck("database-clock", selfTest(.clockSkew, fix: "timedatectl set-ntp true")),
        DoctorCheck("database-latency", latency), DoctorCheck("database-connections", connections),
        DoctorCheck("database-vacuum", vacuum), DoctorCheck("database-transactions", transactions),
        DoctorCheck("clock-synchronised", clockSynchronised),
    ]

    private static let psql = "psql \"$(bursarctl db url --reveal)\""
    private static let versionMin = 15
    private static let slow = Duration.milliseconds(50)
    /// Above this part of all connections, the rest may be gone soon.
    private static let connectionShareMax = 0.9
    /// Half of what makes PostgreSQL refuse to write.
    private static let transactionAgeMax = 1_000_000_000
    private static let transactionMax = Duration.seconds(3_600)

    /// The verdict on a database that was reached.
    static func reached(_ facts: DoctorFacts, _ judge: (DatabaseFacts) -> Verdict) -> Verdict {
        switch facts.database {
        case .hidden(let reason): .unseen(reason)
        case .unnamed: .unseen("no database is named that could be reached")
        case .unreached: .unseen("the database was not reached")
        case .reached(let database): judge(database)
        }
    }

    private static func named(_ facts: DoctorFacts) -> Verdict {
        switch facts.database {
        case .hidden(let reason): .unseen(reason)
        case .unreached(let address, _): .passed(address)
        case .reached(let database): .passed(database.address)
        case .unnamed(let failure):
            .failed(
                failure.message,
                Remedy(failure.hint ?? "database.url or the state directory is wrong", fix: "bursarctl config check"))
        }
    }

    private static func reachedAtAll(_ facts: DoctorFacts) -> Verdict {
        switch facts.database {
        case .hidden(let reason): .unseen(reason)
        case .unnamed: .unseen("no database is named that could be reached")
        case .reached: .passed("it answers")
        case .unreached(_, let failure):
            .failed(
                failure.message,
                Remedy(
                    failure.hint ?? "it does not run, or the network or its pg_hba.conf keeps us out",
                    fix: facts.isEmbedded
                        ? "systemctl start \(ServiceUnit.name)" : "\(psql) -c 'select 1'")
            )
        }
    }

    private static func version(_ facts: DoctorFacts) -> Verdict {
        reached(facts) { database in
            let (major, minor) = (database.server.version / 10_000, database.server.version % 10_000)
            guard major < versionMin else { return .passed("PostgreSQL \(major).\(minor)") }
            return .failed(
                "PostgreSQL \(major).\(minor)",
                Remedy("Bursar needs \(versionMin) or newer", fix: "pg_upgradecluster \(major) main"))
        }
    }

    private static func schema(_ facts: DoctorFacts) -> Verdict {
        reached(facts) { database in
            database.schema.judge { state in
                switch state {
                case .current: return .passed("this build's")
                case .missing:
                    return .failed("there is none yet", Remedy("nothing was migrated", fix: "bursarctl migrate"))
                case .behind(let pending):
                    return .failed(
                        "\(pending.count) migrations behind", Remedy("the build is newer", fix: "bursarctl migrate"))
                case .ahead(let versions):
                    return .failed(
                        "\(versions.count) migrations ahead",
                        Remedy("a newer build migrated it", fix: "apt install ./bursar.deb, of that build"))
                case .altered(let version):
                    return .failed(
                        "migration \(version) is not what was applied",
                        Remedy(
                            "its text was changed, or the build is not the one that made it",
                            fix: "bursarctl migrate --dry-run"))
                }
            }
        }
    }

    private static func selfTest(_ check: SelfTest.Check, fix: String) -> @Sendable (DoctorFacts) -> Verdict {
        { facts in
            reached(facts) { database in
                database.selfTests.judge { findings in
                    guard let finding = findings.first(where: { $0.check == check }) else {
                        return .unseen("it was not tested")
                    }
                    guard !finding.passed else { return .passed(finding.detail) }
                    return .failed(finding.detail, Remedy(finding.hint ?? "the server says no more", fix: fix))
                }
            }
        }
    }

    private static func durable(_ facts: DoctorFacts) -> Verdict {
        reached(facts) { database in
            guard let first = database.server.unsafe.first else { return .passed("what is committed is on disk") }
            return .failed(
                "off: \(database.server.unsafe.joined(separator: ", "))",
                Remedy(
                    "a crash would lose or break what was committed: money too",
                    fix: "\(psql) -c 'alter system reset \(first)' -c 'select pg_reload_conf()'"))
        }
    }

    private static func latency(_ facts: DoctorFacts) -> Verdict {
        reached(facts) { database in
            let detail = "a round trip takes \(TimeText.duration(seconds: database.roundTrip / .seconds(1)))"
            guard database.roundTrip > slow else { return .passed(detail) }
            return .warning(
                detail, Remedy("the database is far away or busy; every step waits so long", fix: "bursarctl status"))
        }
    }

    private static func connections(_ facts: DoctorFacts) -> Verdict {
        reached(facts) { database in
            let (used, most) = (database.server.connections, database.server.connectionsMax)
            guard Double(used) > Double(most) * connectionShareMax else { return .passed("\(used) of \(most)") }
            return .warning(
                "\(used) of \(most)",
                Remedy(
                    "a daemon that reconnects could be refused",
                    fix: "\(psql) -c 'alter system set max_connections = \(most * 2)', then restart it"))
        }
    }

    private static func vacuum(_ facts: DoctorFacts) -> Verdict {
        reached(facts) { database in
            let fix =
                "\(psql) -c 'alter system reset autovacuum' -c 'select pg_reload_conf()'"
            guard database.server.isVacuuming else {
                return .failed("autovacuum is off", Remedy("tables and indexes grow without end", fix: fix))
            }
            guard database.server.transactionAge <= transactionAgeMax else {
                return .failed(
                    "\(database.server.transactionAge) transactions since the oldest was frozen",
                    Remedy("vacuum is held up; the server will refuse to write", fix: "vacuumdb --all --freeze"))
            }
            return .passed("autovacuum is on")
        }
    }

    private static func transactions(_ facts: DoctorFacts) -> Verdict {
        reached(facts) { database in
            let age = database.server.oldestTransaction
            guard age > transactionMax else { return .passed("none is open for long") }
            return .warning(
                "one is open for \(TimeText.duration(seconds: age / .seconds(1)))",
                Remedy(
                    "vacuum cannot clean up behind it",
                    fix: "\(psql) -c 'select pid, usename, xact_start from pg_stat_activity order by 3 limit 5'"))
        }
    }

    private static func clockSynchronised(_ facts: DoctorFacts) -> Verdict {
        facts.isClockSynchronised.judge { isSynchronised in
            guard !isSynchronised else { return .passed("this machine's clock follows a time server") }
            return .warning(
                "this machine's clock follows no time server",
                Remedy("ticks come early or late as it drifts", fix: "timedatectl set-ntp true"))
        }
    }
}

extension DoctorFacts {
    /// Whether the daemon runs the database itself.
    var isEmbedded: Bool {
        (try? configuration.get())?.configuration.database.isEmbedded ?? true
    }
}
