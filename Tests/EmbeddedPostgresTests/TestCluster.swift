import DatabaseTestSupport
import EmbeddedPostgres
import FoundationEssentials
import Glibc
import Postgres
import Subprocess
import SystemPackage
import Testing

extension ClusterSettings {
    /// Quick to make, and nothing lost when it is.
    static var throwaway: ClusterSettings {
        var settings = ClusterSettings()
        settings.isDurable = false
        settings.maxConnections = 10
        settings.startTimeout = .seconds(120)
        settings.parameters = ["shared_buffers": "16MB", "min_wal_size": "32MB"]
        return settings
    }
}

/// Gives `body` the directory of a cluster that was made and stopped, and stops it afterwards again.
func withCluster(_ body: (String, EmbeddedCluster) async throws -> Void) async throws {
    let prepared = try await PreparedCluster.shared.value()
    try await withDirectory { path in
        let copied = try await Subprocess.run(
            .path("/bin/cp"), arguments: ["-a", "--", prepared, path], output: .discarded, error: .string(limit: 4_096))
        #expect(copied.terminationStatus.isSuccess, "\(copied.standardError)")
        try await body(path, EmbeddedCluster(directory: path, settings: .throwaway))
    }
}

/// initdb takes most of a test's time: those that are not about it begin with a copy.
private enum PreparedCluster {
    static let shared = Once {
        let path = try Scratch.path("prepared")
        let cluster = try EmbeddedCluster(directory: path, settings: .throwaway)
        _ = try await cluster.start()
        try await cluster.stop()
        return path
    }
}

/// Gives `body` a path that is not there yet, and stops afterwards whatever server was left running in it.
func withDirectory(_ body: (String) async throws -> Void) async throws {
    let path = try Scratch.path("cluster")
    do {
        try await body(path)
    } catch {
        try? await EmbeddedCluster(directory: path, settings: .throwaway).stop()
        throw error
    }
    try await EmbeddedCluster(directory: path, settings: .throwaway).stop()
    try? FileManager.default.removeItem(atPath: path)
}

/// Runs statements on the cluster as a client would, and returns the first column of the last one's first row.
@discardableResult
func asking(_ uri: String, _ statements: SQL...) async throws -> String? {
    let connection = try await PostgresConnection.connect(to: PostgresAddress(uri: uri))
    var rows: [Row] = []
    for statement in statements { rows = try await connection.query(statement) }
    await connection.close()
    guard var row = rows.first else { return nil }
    return try row.next(String.self)
}

extension ClusterStatus {
    var processID: Int32? {
        switch self {
        case .running(_, let processID), .unready(_, let processID): processID
        case .absent, .stopped: nil
        }
    }
}

/// What `body` throws, when it is an error of the cluster.
func failure(_ body: () async throws -> Void) async throws -> EmbeddedClusterError? {
    do {
        try await body()
        return nil
    } catch let error as EmbeddedClusterError {
        return error
    }
}

/// Writes a file into a cluster's directory; its owner stays what the directory's is.
func write(_ text: String, to path: String) throws {
    var facts = stat()
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    try Data(text.utf8).write(to: URL(filePath: path))
    if stat("/" + parent, &facts) == 0 { _ = chown(path, facts.st_uid, facts.st_gid) }
}
