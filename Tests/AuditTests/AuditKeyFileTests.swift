import DatabaseTestSupport
import Glibc
import Synchronization
import Testing

@testable import Audit

@Suite struct AuditKeyFileTests {
    private func directory() throws -> String {
        let path = try Scratch.path("key")
        try #require(mkdir(path, 0o700) == 0)
        return path
    }

    private func write(_ count: Int, to path: String, mode: mode_t = 0o600) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, mode)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = [UInt8](repeating: 7, count: count)
        try #require(Glibc.write(descriptor, bytes, count) == count && fchmod(descriptor, mode) == 0)
    }

    private func mode(of path: String) throws -> mode_t {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status.st_mode
    }

    @Test func `a key is made once, for its owner alone, and read again`() throws {
        let path = try directory() + "/audit.key"
        let times = Mutex(0)
        let made = try AuditKey.load(credential: nil, file: path) { times.withLock { $0 += 1 } }
        #expect(try mode(of: path) == S_IFREG | 0o600)
        let again = try AuditKey.load(credential: nil, file: path) { times.withLock { $0 += 1 } }
        #expect(made.fingerprint == again.fingerprint && times.withLock { $0 } == 1)
        #expect("\(made)" == "AuditKey(\(made.fingerprint))")
    }

    @Test func `many that make the key at once have one`() async throws {
        for _ in 0..<10 {
            let path = try directory() + "/audit.key"
            let fingerprints = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask { @concurrent in try AuditKey.load(credential: nil, file: path).fingerprint }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(fingerprints.count == 1)
        }
    }

    @Test func `a credential goes before the file, and no file is made`() throws {
        let path = try directory() + "/audit.key"
        let bytes = Array("a secret of more than thirty-two bytes".utf8)
        let key = try AuditKey.load(credential: bytes, file: path)
        #expect(try key.fingerprint == AuditKey(bytes).fingerprint && access(path, F_OK) != 0)
        let error = #expect(throws: AuditFileError.self) { try AuditKey.load(credential: [1, 2], file: path) }
        #expect(error?.description.contains("the credential audit.key: it has 2 bytes") == true)
    }

    @Test(arguments: [0, 1, 31, 4_097])
    func `a key of another length is refused`(count: Int) throws {
        let path = try directory() + "/audit.key"
        try write(count, to: path)
        let error = #expect(throws: AuditFileError.self) { try AuditKey.load(credential: nil, file: path) }
        #expect(error?.place == path && error?.reason.contains("\(count) bytes") == true)
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o602] as [mode_t])
    func `a key that others may read or write is refused`(mode: mode_t) throws {
        let path = try directory() + "/audit.key"
        try write(32, to: path, mode: mode)
        let error = #expect(throws: AuditFileError.self) { try AuditKey.load(credential: nil, file: path) }
        #expect(error?.fix.contains("chmod 0600") == true)
    }

    @Test func `a FIFO or a directory in the place of the key is refused at once`() throws {
        let pipe = try directory() + "/audit.key"
        try #require(mkfifo(pipe, 0o600) == 0)
        let error = #expect(throws: AuditFileError.self) { try AuditKey.load(credential: nil, file: pipe) }
        #expect(error?.reason == "it is no regular file")
        #expect(throws: AuditFileError.self) { try AuditKey.load(credential: nil, file: try directory()) }
    }

    @Test func `a key that cannot be reached is told with the reason`() throws {
        let file = try directory() + "/file"
        try write(1, to: file)
        let error = #expect(throws: AuditFileError.self) {
            try AuditKey.load(credential: nil, file: file + "/audit.key")
        }
        #expect(error?.reason.contains("Not a directory") == true)
        let nowhere = #expect(throws: AuditFileError.self) {
            try AuditKey.load(credential: nil, file: try directory() + "/none/audit.key")
        }
        #expect(nowhere?.reason.contains("cannot be made") == true)
    }
}
