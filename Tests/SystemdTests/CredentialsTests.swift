import Glibc
import Testing

@testable import Systemd

@Suite struct CredentialsTests {
    private let scratch = Scratch()

    private var credentials: Credentials { Credentials(environment: ["CREDENTIALS_DIRECTORY": scratch.path]) }

    private func error(_ name: String, from credentials: Credentials? = nil) -> CredentialError? {
        do throws(CredentialError) {
            _ = try (credentials ?? self.credentials).read(name)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a credential is read to the byte`() throws {
        scratch.write("token", [0, 255, 10, 10])
        #expect(try credentials.read("token") == [0, 255, 10, 10])
        scratch.write("empty", [])
        #expect(try credentials.read("empty") == [])
        #expect(credentials.directory == scratch.path)
    }

    @Test(arguments: [
        ("secret", "secret"), ("secret\n", "secret"), ("secret\r\n", "secret"), ("secret\n\n", "secret\n"),
        (" secret ", " secret "), ("\n", ""), ("", ""), ("größer\n", "größer"),
    ])
    func `text comes without the newline at its end`(stored: String, text: String) throws {
        scratch.write("password", Array(stored.utf8))
        #expect(try credentials.text("password") == text)
    }

    @Test func `what is not text is refused without a word of it`() throws {
        scratch.write("password", Array("hunter2".utf8) + [0xFF])
        let error = #expect(throws: CredentialError.self) { try credentials.text("password") }
        let found = try #require(error)
        #expect(found.path == scratch("password") && !found.description.contains("hunter2"))
    }

    @Test func `a name that is not there is nil, with and without a directory`() throws {
        #expect(try credentials.read("absent") == nil)
        #expect(try credentials.text("absent") == nil)
        for environment in [[:], ["CREDENTIALS_DIRECTORY": ""]] {
            let none = Credentials(environment: environment)
            #expect(none.directory == nil)
            #expect(try none.read("absent") == nil)
        }
    }

    @Test func `a directory that is gone, or none at all, is no missing name`() throws {
        let gone = Credentials(environment: ["CREDENTIALS_DIRECTORY": scratch("gone")])
        #expect(error("token", from: gone)?.path == scratch("gone") + "/token")
        scratch.write("file", [1])
        #expect(error("token", from: Credentials(environment: ["CREDENTIALS_DIRECTORY": scratch("file")])) != nil)
        #expect(error("token", from: Credentials(environment: ["CREDENTIALS_DIRECTORY": "run/credentials"])) != nil)
    }

    @Test(arguments: ["", ".", "..", "../token", "/etc/passwd", "a/b", "a b", "a\0b", "größer", "a\n"])
    func `a name that is no name is refused`(name: String) throws {
        let found = try #require(error(name))
        #expect(found.path == nil && found.name == name)
    }

    @Test func `a name may have 255 bytes`() throws {
        let name = String(repeating: "a", count: 255)
        #expect(try credentials.read(name) == nil)
        #expect(error(name + "a")?.path == nil)
    }

    @Test func `a directory, a pipe or a socket in place of the file is refused and holds nobody up`() throws {
        #expect(mkdir(scratch("directory"), 0o700) == 0)
        #expect(mkfifo(scratch("pipe"), 0o600) == 0)
        let socket = DatagramReceiver(scratch("socket"))
        #expect(try #require(error("directory")).reason == "it is a directory")
        #expect(try #require(error("pipe")).reason == "it is not a regular file")
        #expect(error("socket")?.path == socket.address)
    }

    @Test func `links are followed, but not in circles and not to nowhere`() throws {
        scratch.write("token", [7])
        #expect(symlink("token", scratch("link")) == 0)
        #expect(symlink("circle", scratch("circle")) == 0)
        #expect(symlink("nowhere", scratch("dangling")) == 0)
        #expect(try credentials.read("link") == [7])
        #expect(try #require(error("circle")).reason.contains("Too many levels"))
        #expect(try #require(error("dangling")).reason.contains("No such file"))
    }

    /// Whoever runs the tests: nobody but the superuser reads a file of mode 0, and he gives his rights away here.
    @Test func `a file that may not be read names the file, the reason and what to do`() throws {
        scratch.write("token", [7])
        #expect(chmod(scratch("token"), 0) == 0 && chmod(scratch.path, 0o755) == 0)
        let found = try #require(AsNobody.run { error("token") })
        #expect(found.path == scratch("token") && found.reason.contains("Permission denied"))
        #expect(found.fix.contains("LoadCredential=token"))
    }

    @Test func `one mebibyte is the limit`() throws {
        scratch.write("full", [UInt8](repeating: 1, count: Credentials.bytesMax))
        scratch.write("over", [UInt8](repeating: 1, count: Credentials.bytesMax + 1))
        #expect(try credentials.read("full")?.count == Credentials.bytesMax)
        #expect(try #require(error("over")).reason.contains("more than 1048576 bytes"))
    }
}
