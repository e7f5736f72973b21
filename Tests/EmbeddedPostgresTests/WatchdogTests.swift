import DatabaseTestSupport
import EmbeddedPostgres
import FoundationEssentials
import Glibc
import Testing

@Suite struct WatchdogTests {
    @Test func `nothing is left of a test process that was killed`() async throws {
        let report = try Scratch.path("report")
        await #expect(processExitsWith: .signal(SIGKILL)) { [report = report as String] in
            let path = try Scratch.path("orphan")
            let cluster = try EmbeddedCluster(directory: path, settings: .throwaway)
            _ = try await cluster.start()
            let processID = try #require(cluster.status().processID)
            try Data("\(processID) \(path)".utf8).write(to: URL(filePath: report))
            kill(getpid(), SIGKILL)
        }
        let words = try String(contentsOfFile: report, encoding: .utf8).split(separator: " ")
        let processID = try #require(words.first.flatMap { Int32($0) })
        let directory = try #require(words.last.map { String($0.dropLast("/orphan1".count)) })
        #expect(directory.contains("/bursar-"))
        // No signal tells of another session's end. Ends: the watchdog gives up after a while, and so does the test.
        for _ in 0..<6_000 where FileManager.default.fileExists(atPath: directory) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(!FileManager.default.fileExists(atPath: directory))
        let status = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8)
        #expect(status?.contains("(postgres) S") != true)
    }
}
