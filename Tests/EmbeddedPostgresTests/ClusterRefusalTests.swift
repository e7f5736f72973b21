import DatabaseTestSupport
import EmbeddedPostgres
import FoundationEssentials
import Glibc
import Testing

/// What a start does not touch, and how it says so.
@Suite(.serialized) struct ClusterRefusalTests {
    @Test func `a second starter is told who holds the directory, until that one is gone`() async throws {
        try await withCluster { path, first in
            let second = try EmbeddedCluster(directory: path, settings: .throwaway)
            _ = try await first.start()
            for refused in [
                try await failure { _ = try await second.start() }, try await failure { try await second.stop() },
            ] {
                #expect(refused?.code == .inUse)
                #expect(refused?.what.contains("process \(getpid()) ") == true)
            }
            #expect(try second.status().processID != nil)
            try await first.stop()
            _ = try await second.start()
            try await second.stop()
        }
    }

    @Test func `two starts of one value at once: one is told to wait`() async throws {
        try await withCluster { path, cluster in
            async let one = failure { _ = try await cluster.start() }
            async let other = failure { _ = try await cluster.start() }
            let failures = try await [one, other].compactMap { $0?.code }
            #expect(failures == [.busy])
            try await cluster.stop()
        }
    }

    @Test func `a cluster of another major version is left alone, with the command to upgrade it`() async throws {
        try await withCluster { path, cluster in
            try write("14\n", to: path + "/data/PG_VERSION")
            let refused = try await failure { _ = try await cluster.start() }
            #expect(refused?.code == .majorUnsupported)
            #expect(refused?.hint.contains("pg_upgrade") == true)
            #expect(refused?.place == path + "/data")
            try write("15\n", to: path + "/data/PG_VERSION")
        }
    }

    @Test func `something else in the place of the cluster is left alone`() async throws {
        try await withCluster { path, cluster in
            #expect(rename(path + "/data", path + "/kept") == 0)
            #expect(mkdir(path + "/data", 0o700) == 0)
            let refused = try await failure { _ = try await cluster.start() }
            #expect(refused?.code == .notACluster)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/data").isEmpty)
        }
    }

    @Test func `a directory that the server's account cannot reach is named, with what to change`() async throws {
        let closed = try Scratch.path("closed")
        #expect(mkdir(closed, 0o500) == 0)
        defer { try? FileManager.default.removeItem(atPath: closed) }
        // Root makes the directory and the server's account cannot pass; a normal user cannot even make it.
        let cluster = try EmbeddedCluster(directory: closed + "/cluster", settings: .throwaway)
        let refused = try await failure { _ = try await cluster.start() }
        #expect(refused?.code == .directoryUnreachable)
        #expect(refused?.place.hasPrefix(closed) == true)
        #expect(geteuid() != 0 || refused?.hint.contains("chmod o+x '\(closed)'") == true)
    }

    @Test func `a directory that holds something else is not taken from its owner`() async throws {
        let path = try Scratch.path("occupied")
        #expect(mkdir(path, 0o755) == 0)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try write("mine", to: path + "/letter")
        // Somebody else's for a normal user, root's own for root.
        let place = geteuid() == 0 ? path : "/var"
        let refused = try await failure {
            _ = try await EmbeddedCluster(directory: place, settings: .throwaway).start()
        }
        #expect(refused?.code == .directoryUnreachable)
        #expect(refused?.what.contains("belongs to root") == true)
    }

    @Test func `a machine without PostgreSQL is told what to install`() async throws {
        try await withDirectory { path in
            var settings = ClusterSettings.throwaway
            settings.search = BinarySearch(patterns: ["/nonexistent/*/bin"], directories: ["/usr/bin"])
            let refused = try await failure {
                _ = try await EmbeddedCluster(directory: path, settings: settings).start()
            }
            #expect(refused?.code == .serverMissing)
            #expect(refused?.hint.contains("apt-get install postgresql") == true)
        }
    }

    @Test func `a path whose socket is too long is refused before anything is made`() throws {
        let longest = "/tmp/" + String(repeating: "a", count: 107 - "/tmp//.s.PGSQL.5432".utf8.count)
        _ = try EmbeddedCluster(directory: longest)
        let error = #expect(throws: EmbeddedClusterError.self) { _ = try EmbeddedCluster(directory: longest + "a") }
        #expect(error?.code == .directoryUnusable)
        #expect(error?.what.contains("108 bytes") == true)
        #expect(!FileManager.default.fileExists(atPath: longest))
    }

    @Test(arguments: ["\"", "$", "`", "\\", ",", "\n", "\u{7F}"])
    func `a path that the tools cannot carry is refused`(_ character: String) {
        let error = #expect(throws: EmbeddedClusterError.self) {
            _ = try EmbeddedCluster(directory: "/tmp/a\(character)b")
        }
        #expect(error?.code == .directoryUnusable)
    }
}
