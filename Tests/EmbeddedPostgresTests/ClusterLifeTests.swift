import EmbeddedPostgres
import FoundationEssentials
import Glibc
import Postgres
import Testing

@Suite(.serialized) struct ClusterLifeTests {
    @Test func `a cluster is made from nothing, keeps what it is given, and leaves nothing running`() async throws {
        try await withDirectory { path in
            var settings = ClusterSettings.throwaway
            settings.isDurable = true
            let cluster = try EmbeddedCluster(directory: path, settings: settings)
            #expect(try cluster.status() == .absent)
            let uri = try await cluster.start()
            #expect(uri == cluster.uri)
            try await asking(uri, "CREATE TABLE kept AS SELECT 'this' AS word")
            guard case .running(let major, let processID) = try cluster.status() else {
                Issue.record("it does not run")
                return
            }
            #expect((15...18).contains(major))
            try await cluster.stop()
            #expect(try cluster.status() == .stopped(major: major))
            // Its pid file goes a moment before the process does.
            for _ in 0..<500 where kill(processID, 0) == 0 && !isCorpse(processID) {
                try await ContinuousClock().sleep(for: .milliseconds(10))
            }
            #expect(kill(processID, 0) != 0 || isCorpse(processID))
            let left = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(left.sorted() == ["data", "log", "start.log"])

            #expect(try await asking(cluster.start(), "SELECT word FROM kept") == "this")
            try await cluster.stop()
        }
    }

    @Test func `what makes it private and safe is in force`() async throws {
        try await withDirectory { path in
            let cluster = try EmbeddedCluster(directory: path, settings: .throwaway)
            let uri = try await cluster.start()
            func setting(_ name: String) async throws -> String? {
                try await asking(uri, "SELECT current_setting(\(name))")
            }
            #expect(try await setting("listen_addresses") == "")
            #expect(try await setting("unix_socket_permissions") == "0700")
            #expect(try await setting("jit") == "off")
            #expect(try await setting("data_checksums") == "on")
            #expect(try await setting("server_encoding") == "UTF8")
            #expect(try await setting("TimeZone") == "UTC")
            #expect(try await setting("max_connections") == "10")
            #expect(try await asking(uri, "SELECT datcollate FROM pg_database WHERE datname = 'bursar'") == "C.UTF-8")
            #expect(
                try await asking(uri, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules") == "peer")
            var facts = stat()
            #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o700)
            try await cluster.stop()
        }
    }

    @Test func `the server is in a session that is not its starter's`() async throws {
        try await withCluster { path, cluster in
            _ = try await cluster.start()
            let processID = try #require(cluster.status().processID)
            #expect(getsid(processID) != getsid(0))
            try await cluster.stop()
        }
    }

    @Test func `starting what is started finds it running, or starts it again if it died`() async throws {
        try await withCluster { path, _ in
            var settings = ClusterSettings.throwaway
            settings.isDurable = true
            let cluster = try EmbeddedCluster(directory: path, settings: settings)
            let uri = try await cluster.start()
            let first = try #require(cluster.status().processID)
            #expect(try await cluster.start() == uri)
            #expect(try cluster.status().processID == first)

            try await asking(uri, "CREATE TABLE kept AS SELECT 'this' AS word")
            #expect(kill(first, SIGKILL) == 0)
            #expect(try await cluster.start() == uri)
            #expect(try cluster.status().processID != first)
            #expect(try await asking(uri, "SELECT word FROM kept") == "this")
            try await cluster.stop()
        }
    }

    @Test func `the operator's own settings win`() async throws {
        try await withCluster { path, cluster in
            try write("work_mem = '7MB'\n", to: path + "/local.conf")
            #expect(try await asking(cluster.start(), "SELECT current_setting('work_mem')") == "7MB")
            try await cluster.stop()
        }
    }

    @Test func `a setting that the server refuses is named in the error`() async throws {
        try await withCluster { path, cluster in
            try write("shared_buffers = '16 acres'\n", to: path + "/local.conf")
            let refused = try await failure { _ = try await cluster.start() }
            #expect(refused?.code == .launchFailed)
            #expect(refused?.what.contains("shared_buffers") == true)
            #expect(refused?.hint.contains("local.conf") == true)
            // It let go of the directory.
            try write("", to: path + "/local.conf")
            _ = try await EmbeddedCluster(directory: path, settings: .throwaway).start()
        }
    }

    @Test func `a stop goes through although its task is cancelled`() async throws {
        try await withCluster { path, cluster in
            _ = try await cluster.start()
            let stopping = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await cluster.stop()
            }
            try await stopping.value
            #expect(try cluster.status().processID == nil)
        }
    }

    @Test func `a start that is cancelled leaves no server`() async throws {
        try await withCluster { path, cluster in
            try makeUnready(path)
            let refused = await withTaskGroup(of: EmbeddedClusterError?.self) { group in
                group.addTask { try? await failure { _ = try await cluster.start() } }
                // Ends: the server starts.
                while (try? cluster.status().processID) == nil { await Task.yield() }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(refused?.code == .cancelled)
            #expect(try cluster.status().processID == nil)
        }
    }

    @Test func `a server that takes no connections in time is left to its recovery`() async throws {
        try await withCluster { path, _ in
            try makeUnready(path)
            var settings = ClusterSettings.throwaway
            settings.startTimeout = .seconds(1)
            let cluster = try EmbeddedCluster(directory: path, settings: settings)
            #expect(try await failure { _ = try await cluster.start() }?.code == .notReady)
            guard case .unready = try cluster.status() else {
                Issue.record("it is \(try cluster.status())")
                return
            }
        }
    }

    /// A server that begins to recover and waits for ever for more of the log.
    private func makeUnready(_ path: String) throws {
        try write("", to: path + "/data/standby.signal")
        try write("hot_standby = off\n", to: path + "/local.conf")
    }

    /// A dead process that nobody has waited for yet.
    private func isCorpse(_ processID: Int32) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8)
        return status?.contains(") Z ") ?? true
    }
}
