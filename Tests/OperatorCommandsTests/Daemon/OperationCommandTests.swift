import OperatorCommands
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct OperationCommandTests {
    @Test func `a schedule is written, listed as an operator's, and deleted`() async throws {
        try await withDaemon { daemon in
            try await daemon.live(kinds: ["test.work"])
            let made = await daemon.tool.run(
                "schedules", "put", "own", "--kind", "test.work", "--cron", "30 3 * * *", "--zone", "UTC", "--payload",
                #"{"mode": "full"}"#, "--catch-up", "none")
            #expect(made.status == .success && made.output.contains("own is written") && made.error.isEmpty)
            let again = await daemon.tool.run(
                "schedules", "put", "own", "--kind", "test.work", "--cron", "30 3 * * *", "--zone", "UTC", "--payload",
                #"{"mode": "full"}"#, "--catch-up", "none")
            #expect(again.output.contains("own says so already"))
            let list = await daemon.tool.run("schedules", "list")
            #expect(list.output.contains("ORIGIN") && list.output.contains("operator"))
            let deleted = await daemon.tool.run("schedules", "delete", "own", "--reason", "a test")
            #expect(deleted.status == .success && deleted.output == "own is deleted\n")
            let none = await daemon.tool.run("schedules", "delete", "own")
            #expect(none.status == .bad && none.error.contains("hint: "))
            let bad = await daemon.tool.run(
                "schedules", "put", "own", "--kind", "test.work", "--cron", "*/5 * * * *", "--zone", "UTC", "--money",
                "--reason", "a test")
            #expect(bad.status == .usage && bad.error.contains("body field cron"))
            let payload = await daemon.tool.run(
                "schedules", "put", "own", "--kind", "k", "--cron", "0 2 * * *", "--zone", "UTC", "--payload", "[1]")
            #expect(payload.status == .usage)
        }
    }

    @Test func `a schedule is held and switched, and the list says by whom and why`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly")
            let verbs = [
                ("pause", "nightly is paused"), ("pause", "was paused already"), ("disable", "is switched off"),
            ]
            for (verb, words) in verbs {
                let result = await daemon.tool.run("schedules", verb, "nightly", "--reason", "an audit")
                #expect(result.status == .success && result.output.contains(words), "\(verb): \(result)")
            }
            let list = await daemon.tool.run("schedules", "list")
            #expect(list.output.contains("nightly: paused since ") && list.output.contains(": an audit"))
            #expect(list.output.contains("nightly: switched off at "))
            for (verb, words) in [("enable", "is switched on"), ("resume", "goes on"), ("resume", "was not paused")] {
                let result = await daemon.tool.run("schedules", verb, "nightly")
                #expect(result.status == .success && result.output.contains(words), "\(verb): \(result)")
            }
            let json = await daemon.tool.run("schedules", "pause", "nightly", "--json")
            #expect(json.output.contains("\"changed\" : true"))
            let none = await daemon.tool.run("schedules", "pause", "none")
            #expect(none.status == .bad && none.error.contains("\"none\""))
        }
    }

    @Test func `a preview of a rule needs no daemon`() async {
        let result = await Tool().run(
            "schedules", "preview", "--cron", "*/30 1 * * *", "--zone", "America/New_York", "--from", "2026-10-31",
            "--to", "2026-11-01")
        #expect(result.status == .success && result.error.isEmpty)
        #expect(result.output.contains("2026-10-31T01:00:00-04:00  2026-10-31T05:00:00Z"))
        #expect(result.output.contains("2026-11-01: the clock goes back (02:00 → 01:00)"))
        #expect(result.output.contains("run in both passes") && result.output.contains("second time"))
        let today = await Tool().run("schedules", "preview", "--cron", "0 2 * * *", "--zone", "UTC")
        #expect(today.output.contains("2026-10-15T02") && today.output.contains("2026-10-28T02"))
        for arguments in [[], ["own", "--cron", "* * * * *"], ["--cron", "* * * * *"]] {
            let refused = await Tool().run(
                ["schedules", "preview", "--from", "2026-10-31", "--to", "2026-11-01"] + arguments)
            #expect(refused.status == .usage)
        }
    }

    @Test func `a preview of a schedule is the daemon's`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly", expression: "0 2 * * *")
            let result = await daemon.tool.run(
                "schedules", "preview", "nightly", "--from", "2026-10-15", "--to", "2026-10-16")
            #expect(result.status == .success && result.output.contains("2026-10-16T02:00:00-03:00"))
        }
    }

    @Test func `a backfill shows its plan and starts it by its digest`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly", expression: "0 2 * * *")
            let span = ["schedules", "backfill", "nightly", "--from", "2026-09-01", "--to", "2026-09-20"]
            let plan = await daemon.tool.run(span)
            #expect(plan.status == .success && plan.output.contains("20 ticks"))
            #expect(plan.output.contains("… 10 more …"))
            let digest = try #require(plan.output.split(separator: "--apply ").last?.prefix { !$0.isWhitespace })
            let wrong = await daemon.tool.run(span + ["--apply", "0000"])
            #expect(wrong.status == .bad && wrong.error.contains(digest))
            let started = await daemon.tool.run(span + ["--apply", String(digest), "--reason", "a test"])
            #expect(started.status == .success && started.output.contains("20 runs"))
            let again = await daemon.tool.run(span)
            #expect(again.output.contains("0 ticks") && again.output.contains("backfilled already"))
            let future = await daemon.tool.run(
                "schedules", "backfill", "nightly", "--from", "2026-09-01", "--to", "2099-01-01")
            #expect(future.status == .usage && future.error.contains("yet to come"))
        }
    }

    @Test func `a job is explained, tried again and cancelled`() async throws {
        try await withDaemon { daemon in
            let execution = try await daemon.startRun()
            let job = try await daemon.pool.value(
                "select job_id from bursar.run where execution_id = \(execution)", as: Int64.self)
            try await daemon.pool.execute(
                "update bursar.job set state = 'parked', park_code = 'refused', error = 'bad input' where id = \(job)")
            let explained = await daemon.tool.run("jobs", "explain", "\(job)")
            #expect(explained.status == .success && explained.output.contains("bad input"))
            #expect(explained.output.contains("jobs retry \(job)"))
            let retried = await daemon.tool.run("jobs", "retry", "\(job)", "--reason", "mended")
            #expect(retried.status == .success && retried.output == "job \(job) waits again\n")
            let refused = await daemon.tool.run("jobs", "retry", "\(job)")
            #expect(refused.status == .bad && refused.error.contains("is waiting"))
            let cancelled = await daemon.tool.run("jobs", "cancel", "\(job)")
            #expect(cancelled.status == .success && cancelled.output == "job \(job) is cancelled\n")
            let json = await daemon.tool.run("jobs", "explain", "\(job)", "--json")
            #expect(json.status == .success && json.output.contains("\"gate\" : \"ended\""))
            #expect(await daemon.tool.run("jobs", "cancel", "999999").status == .bad)
            #expect(await daemon.tool.run("jobs", "cancel", "none").status == .usage)
        }
    }
}

extension Daemon {
    /// A daemon's row, as if one lived.
    fileprivate func live(kinds: [String]) async throws {
        try await pool.execute(
            """
            insert into bursar.daemon (id, host, pid, build, lock_key, kinds, started_at, beat_at)
            values (gen_random_uuid(), 'here', 42, 'bursar test', nextval('bursar.lease_number'), \(kinds),
                    clock_timestamp(), clock_timestamp())
            """)
    }
}
