import EmbeddedPostgres
import FoundationEssentials
import Glibc
import Postgres
import Testing

/// What the next start finds when the last one's process was killed.
@Suite(.serialized) struct ClusterAdoptionTests {
    @Test func `a server whose starter was killed is taken over as it runs`() async throws {
        try await withCluster { path, _ in
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                let cluster = try EmbeddedCluster(directory: path, settings: .throwaway)
                try await asking(cluster.start(), "CREATE TABLE kept AS SELECT 'this' AS word")
                kill(getpid(), SIGKILL)
            }
            var settings = ClusterSettings.throwaway
            settings.parameters["work_mem"] = "9MB"
            let cluster = try EmbeddedCluster(directory: path, settings: settings)
            let left = try #require(cluster.status().processID)
            let uri = try await cluster.start()
            #expect(try cluster.status().processID == left)
            #expect(try await asking(uri, "SELECT word FROM kept") == "this")
            #expect(try await asking(uri, "SELECT current_setting('work_mem')") == "9MB")
            try await cluster.stop()
            #expect(try cluster.status().processID == nil)
        }
    }

    @Test func `a server that a value left running is stopped by another one`() async throws {
        try await withCluster { path, other in
            _ = try await EmbeddedCluster(directory: path, settings: .throwaway).start()
            #expect(try other.status().processID != nil)
            try await other.stop()
            #expect(try other.status().processID == nil)
        }
    }

    @Test func `an initdb that was killed is done anew`() async throws {
        try await withDirectory { path in
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await EmbeddedCluster(directory: path, settings: .throwaway).start() }
                    group.addTask {
                        // Ends: initdb makes it among its first files.
                        while !leftovers(in: path).contains(where: { exists("\(path)/\($0)/PG_VERSION") }) {
                            try await Task.sleep(for: .milliseconds(1))
                        }
                        kill(getpid(), SIGKILL)
                    }
                    try await group.waitForAll()
                }
            }
            #expect(!leftovers(in: path).isEmpty)
            let cluster = try EmbeddedCluster(directory: path, settings: .throwaway)
            #expect(try cluster.status() == .absent)
            #expect(try await asking(cluster.start(), "SELECT 'made'") == "made")
            try await cluster.stop()
        }
    }

    @Test(arguments: ["other program", "other server"])
    func `a process number that was given to another process stops no start`(_ kind: String) async throws {
        try await withCluster { path, cluster in
            try await withCluster { _, other in
                _ = try await other.start()
                let living = try kind == "other server" ? #require(other.status().processID) : getpid()
                try write(
                    "\(living)\n\(path)/data\n1\n5432\n\(path)\n\n 1 1\nready   \n", to: path + "/data/postmaster.pid")
                #expect(try cluster.status().processID == nil)
                _ = try await cluster.start()
                let started = try #require(cluster.status().processID)
                #expect(started != living)
                // The other one was left alone.
                #expect(kill(living, 0) == 0)
                try await cluster.stop()
                try await other.stop()
            }
        }
    }
}

private func leftovers(in path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasPrefix("data.new.") }
}

private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
}
