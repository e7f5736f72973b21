import Audit
import EmbeddedPostgres
import Glibc

/// A backup as a file: what it is, told without a database.
struct BackupArchive: Sendable {
    let path: String
    let digest: FileDigest
    /// The end of the audit's chain in it.
    let head: AuditHead
    let schemaVersion: Int

    /// Reads the whole file: one that is damaged anywhere is refused before anything is touched.
    init(_ path: String, with programs: DumpPrograms) async throws {
        self.path = path
        digest = try Self.digest(of: path)
        let whole = try await programs.run(.restore, ["--file=/dev/null", path], settings: [:])
        guard whole.isSuccess else { throw Self.damaged(path, whole.excerpt) }
        let heads = try await Self.rows(of: "audit_head", in: path, programs)
        let migrations = try await Self.rows(of: "schema_history", in: path, programs)
        guard let row = heads.first, let sequence = row["sequence"].flatMap({ Int64($0) }), let mac = row["mac"],
            let head = AuditHead(sequence: sequence, macText: mac, fingerprint: row["key_fingerprint"]),
            let version = migrations.compactMap({ $0["version"].flatMap { Int($0) } }).max()
        else {
            throw CommandFailure(
                .bad, "\(path) holds a database, but no Bursar", hint: "give a file that `bursarctl backup` wrote")
        }
        self.head = head
        schemaVersion = version
    }

    private static func digest(of path: String) throws(CommandFailure) -> FileDigest {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            throw CommandFailure(
                code == EACCES || code == EPERM ? .permission : .bad,
                "\(path) cannot be read: \(String(cString: strerror(code)))", hint: "check the path")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure(.bad, "\(path) is no regular file", hint: "give a file that `bursarctl backup` wrote")
        }
        do {
            return try FileDigest(of: descriptor, at: path)
        } catch {
            throw CommandFailure(.io, "\(error.place): \(error.reason)", hint: error.fix)
        }
    }

    /// The rows of one small table of `bursar`, from the text that COPY would read; NULL is left out.
    private static func rows(
        of table: String, in path: String, _ programs: DumpPrograms
    ) async throws -> [[String: String]] {
        let outcome = try await programs.run(
            .restore, ["--data-only", "--schema=bursar", "--table=\(table)", "--file=-", path], settings: [:])
        guard outcome.isSuccess else { throw damaged(path, outcome.excerpt) }
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("COPY bursar.\(table) (") }) else { return [] }
        let names = lines[start].drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
            .split(separator: ",").map { $0.filter { $0 != " " && $0 != "\"" } }
        return lines[(start + 1)...].prefix { $0 != "\\." }.map { line in
            let values = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(zip(names, values).filter { $0.1 != "\\N" }) { first, _ in first }
        }
    }

    private static func damaged(_ path: String, _ excerpt: String) -> CommandFailure {
        CommandFailure(
            .bad, "\(path) is no whole backup: \(excerpt)",
            hint: "compare its sha256sum with the one that `bursarctl backup` told, which the audit has too")
    }
}
