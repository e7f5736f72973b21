import Config
import DatabaseTestSupport
import Glibc
import Testing

@testable import OperatorCommands

@Suite struct SocketPathTests {
    private func resolved(
        option: String? = nil, environment: [String: String] = [:], file: String? = nil, existing: [String] = []
    ) throws -> SocketPath {
        let loaded = try file.map { try ConfigurationLoader(environment: [:]).load(text: $0, file: "f.yaml") }
        return SocketPath.resolve(
            option: option, environment: environment, configured: loaded, exists: { existing.contains($0) })
    }

    @Test func `the option goes before the variable, that before the file, that before the default`() throws {
        let file = "admin:\n  socket: /file.sock\n"
        let environment = ["BURSAR_SOCKET": "/variable.sock"]
        #expect(try resolved(option: "/option.sock", environment: environment, file: file).path == "/option.sock")
        #expect(try resolved(environment: environment, file: file).path == "/variable.sock")
        let fromFile = try resolved(environment: ["BURSAR_SOCKET": ""], file: file)
        #expect(fromFile.path == "/file.sock" && fromFile.origin == "f.yaml:2:11")
        #expect(try resolved(file: "{}").path == Configuration().admin.socket)
    }

    @Test func `a daemon of this directory is found when there is none at the default`() throws {
        #expect(try resolved(existing: [".run/bursar.sock"]).path == ".run/bursar.sock")
        #expect(
            try resolved(existing: [".run/bursar.sock", Configuration().admin.socket]).path
                == Configuration().admin.socket)
        #expect(try resolved(environment: ["BURSAR_SOCKET": "/x"], existing: [".run/bursar.sock"]).path == "/x")
    }

    @Test(arguments: [
        (ENOENT, CommandStatus.unavailable), (ENOTDIR, .unavailable), (ECONNREFUSED, .unavailable),
        (EAGAIN, .unavailable),
        (EACCES, .permission), (EPERM, .permission), (ENAMETOOLONG, .usage), (EIO, .unavailable),
    ])
    func `each refusal of the kernel has its exit status, names the socket and what to do`(
        _ code: Int32, _ status: CommandStatus
    ) {
        let failure = SocketPath(path: "/run/x.sock", origin: "BURSAR_SOCKET").failure(code)
        #expect(failure.status == status && failure.hint?.isEmpty == false)
        if code != ENAMETOOLONG { #expect(failure.message.contains("/run/x.sock (from BURSAR_SOCKET)")) }
    }

    @Test func `a daemon that does not run is 69 and told how to start it, in JSON too`() async throws {
        let path = try Scratch.path("none") + ".sock"
        let text = await Tool().run("status", "--socket", path)
        #expect(text.status == .unavailable && text.output.isEmpty)
        #expect(text.error.contains("there is no socket \(path) (from --socket)") && text.error.contains("hint: "))
        let json = await Tool().run("--socket", path, "runs", "list", "--json")
        #expect(json.status == .unavailable && json.error.hasPrefix("{\n  \"error\" : {"))
        #expect(json.error.contains("\"exit_status\" : 69"))
    }

    @Test func `a socket on which nobody listens is told apart from none`() async throws {
        let path = try Scratch.path("left") + ".sock"
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
        try #require(bound == 0)
        let result = await Tool().run("status", "--socket", path)
        #expect(result.status == .unavailable && result.error.contains("nobody listens on \(path)"))
    }

    @Test func `a path that no socket can have is wrong usage`() async {
        let result = await Tool().run("status", "--socket", "/tmp/" + String(repeating: "x", count: 200))
        #expect(result.status == .usage && result.error.contains("103"))
    }

    @Test func `a configuration that is named and wrong is 78`() async throws {
        let result = await Tool().run("status", "--config", "/nowhere/bursar.yaml")
        #expect(result.status == .configuration && result.error.contains("/nowhere/bursar.yaml"))
    }
}
