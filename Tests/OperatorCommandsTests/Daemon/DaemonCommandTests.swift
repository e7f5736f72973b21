import DatabaseTestSupport
import OperatorCommands
import Postgres
import Primitives
import TestSupport
import Testing

@Suite struct DaemonCommandTests {
    @Test func `status shows the daemon, and is 0 while it is ready`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly")
            let result = await daemon.tool.run("status")
            #expect(result.status == .success && result.error.isEmpty)
            for part in ["bursar test", "ready", "external", "PostgreSQL", "jobs", "nightly in ", daemon.socket] {
                #expect(result.output.contains(part), "\(part)")
            }
            let json = await daemon.tool.run("status", "--json")
            #expect(json.status == .success && json.output.contains("\"next_tick\" : {"))
        }
    }

    @Test func `schedules are listed and their ticks foretold`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("daily", "hourly")
            let list = await daemon.tool.run("schedules", "list")
            #expect(
                list.status == .success && list.output.contains("daily")
                    && list.output.contains("2026-10-15T10:00:00-03:00"))
            let next = await daemon.tool.run("schedules", "next", "hourly", "--count", "2")
            let zone = "America/Argentina/Buenos_Aires"
            #expect(
                next.output == """
                    LOCAL                      ZONE                            UTC                   IN             \
                    SCHEDULE  NOTE
                    2026-10-15T10:00:00-03:00  \(zone)  2026-10-15T13:00:00Z  in 25 min 4 s  hourly
                    2026-10-15T11:00:00-03:00  \(zone)  2026-10-15T14:00:00Z  in 1 h 25 min  hourly

                    """)
            let none = await daemon.tool.run("schedules", "next", "none")
            #expect(none.status == .bad && none.error.contains("\"none\"") && none.error.contains("hint: "))
            #expect(await daemon.tool.run("schedules", "list", "--json").output.contains("\"zone\" : "))
        }
    }

    @Test func `a run is started, and waited for with its counts and sums`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly")
            async let ended: Void = daemon.endOpenRun(
                "success", totals: #"{"students": 3, "sum": "12345678901234567890"}"#)
            let result = await daemon.tool.run(
                "schedules", "run", "nightly", "--as-of", "2026-10-15T12:34:56Z", "--reason", "a test", "--wait")
            try await ended
            #expect(result.status == .success)
            #expect(
                result.output.contains("students  3\n") && result.output.contains("sum       12345678901234567890\n"))
            let execution = try await daemon.pool.value("select execution_id::text from bursar.run", as: String.self)
            #expect(
                result.output.hasPrefix("execution  \(execution)\n")
                    && result.error.hasPrefix("execution \(execution)\n"))
            let payload = try await daemon.pool.value("select payload::text from bursar.finished_job", as: String.self)
            #expect(payload == #"{"as_of": "2026-10-15T12:34:56Z"}"#)
        }
    }

    @Test func `without waiting the execution id is printed at once`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly")
            let result = await daemon.tool.run("schedules", "run", "nightly")
            let execution = try await daemon.pool.value("select execution_id::text from bursar.run", as: String.self)
            #expect(result.status == .success && result.output.contains("execution  \(execution)\n"))
            #expect(result.output.contains("bursarctl runs watch \(execution)"))
            let json = await daemon.tool.run("schedules", "run", "nightly", "--json")
            #expect(json.status == .success && json.output.contains("\"as_of\" : null"))
        }
    }

    @Test(arguments: ["failed", "parked", "cancelled"])
    func `a run that ends badly ends the wait with 1`(_ outcome: String) async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly")
            async let ended: Void = daemon.endOpenRun(outcome, error: "boom")
            let result = await daemon.tool.run("schedules", "run", "nightly", "--wait")
            try await ended
            #expect(result.status == .bad && result.output.contains(outcome) && result.output.contains("boom"))
        }
    }

    @Test func `watching ends with the run, as JSON lines too`() async throws {
        try await withDaemon { daemon in
            let execution = try await daemon.startRun()
            async let ended: Void = daemon.endOpenRun("warning")
            let watched = await daemon.tool.run("runs", "watch", "\(execution)", "--json")
            try await ended
            #expect(watched.status == .success)
            let lines = watched.output.split(separator: "\n")
            #expect(
                lines.allSatisfy { $0.hasPrefix("{\"descendants\":null,\"findings\":[]") }
                    && lines.last?.contains(#""outcome":"warning""#) == true)
            #expect(await daemon.tool.run("runs", "watch", "\(execution)").status == .success)
        }
    }

    @Test func `runs and jobs are listed, filtered and shown`() async throws {
        try await withDaemon { daemon in
            #expect(await daemon.tool.run("runs", "list").output == "no runs\n")
            #expect(await daemon.tool.run("jobs", "list").output == "no jobs\n")
            let execution = try await daemon.startRun()
            try await daemon.addFindings(60, to: execution)
            try await daemon.endOpenRun("warning", totals: #"{"students": 60}"#)
            _ = try await daemon.startRun()
            let page = await daemon.tool.run("runs", "list", "--limit", "1")
            #expect(page.output.contains("waiting") && page.output.contains("more: --before "))
            let rest = try #require(page.output.split(whereSeparator: \.isWhitespace).last)
            let second = await daemon.tool.run("runs", "list", "--before", String(rest))
            #expect(second.output.contains("\(execution)") && !second.output.contains("more:"))
            let shown = await daemon.tool.run("runs", "show", "\(execution)")
            #expect(shown.output.contains("60 warnings") && shown.output.contains("and 10 more"))
            let findings = await daemon.tool.run("runs", "show", "\(execution)", "--findings")
            #expect(findings.output.split(separator: "\n").count == 61)
            let jobs = await daemon.tool.run("jobs", "list", "--state", "done")
            #expect(jobs.output.split(separator: "\n").count == 2)
            let job = await daemon.tool.run("jobs", "show", "2")
            #expect(job.output.contains("waits for") && job.output.contains("no daemon that runs now"))
            #expect(await daemon.tool.run("jobs", "list", "--state", "lost").status == .usage)
            #expect(await daemon.tool.run("jobs", "show", "99").status == .bad)
        }
    }

    @Test func `results are printed as they come, and a run without any is 1`() async throws {
        try await withDaemon { daemon in
            let execution = try await daemon.startRun()
            let open = await daemon.tool.run("investments", "results", "\(execution)", "--csv")
            #expect(open.status == .bad && open.output.isEmpty && open.error.contains("waiting"))
            try await daemon.endOpenRun("success")
            #expect(await daemon.tool.run("investments", "results", "\(execution)").status == .bad)
            #expect(await daemon.tool.run("investments", "explain", "1").status == .bad)
        }
    }

    @Test func `a refusal of the daemon says where and what to do, in JSON with its problem`() async throws {
        try await withDaemon { daemon in
            let text = await daemon.tool.run("runs", "list", "--before", "x")
            #expect(
                text.status == .usage && text.error.contains("in: query parameter before")
                    && text.error.contains("hint: "))
            let json = await daemon.tool.run("runs", "list", "--before", "x", "--json")
            #expect(json.error.contains("urn:bursar:problem:invalid") && json.error.contains("\"exit_status\" : 64"))
        }
    }

    @Test func `colours and cutting are for terminals`() async throws {
        try await withDaemon { daemon in
            try await daemon.apply("nightly")
            var tool = daemon.tool
            #expect(!(await tool.run("status").output.contains("\u{1B}")))
            tool.usesColour = true
            tool.columns = 60
            let result = await tool.run("schedules", "list")
            #expect(result.output.contains("\u{1B}[1mNAME"))
            #expect(await tool.run("schedules", "list", "--json").output.contains("\u{1B}") == false)
        }
    }
}
