import DatabaseTestSupport
import Glibc
import OperatorCommands
import Testing

@Suite struct CompletionTests {
    /// Whether a shell can read that script; nil where this machine has no such shell.
    private func isReadable(_ script: String, by shell: String) throws -> Bool? {
        guard access("/bin/" + shell, X_OK) == 0 || access("/usr/bin/" + shell, X_OK) == 0 else { return nil }
        let path = try Scratch.path("completion")
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(script.utf8)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        // The path is made here and holds nothing that a shell would read otherwise.
        return system("\(shell) \(shell == "fish" ? "--no-execute" : "-n") '\(path)'") == 0
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `the script of each shell can be read by it, and asks for names`(_ shell: String) async throws {
        let result = await Tool().run("--generate-completion-script", shell)
        #expect(result.status == .success && result.error.isEmpty)
        #expect(try isReadable(result.output, by: shell) != false)
        #expect(result.output.contains("bursarctl complete schedules 2>/dev/null"))
        #expect(result.output.contains("bursarctl complete kinds 2>/dev/null"))
        for verb in ["reload", "doctor", "logs", "diff", "queues"] { #expect(result.output.contains(verb), "\(verb)") }
    }

    @Test func `a shell that nobody knows is refused`() async {
        #expect(await Tool().run("--generate-completion-script", "csh").status == .usage)
    }

    @Test func `without a daemon the configuration gives the names`() async throws {
        let path = try Scratch.path("completion") + ".yaml"
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array("schedules: {nightly: {kind: k, cron: 0 2 * * *, zone: UTC}}\n".utf8)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        let tool = Tool(environment: ["BURSAR_CONFIG": path, "BURSAR_SOCKET": "/nowhere/bursar.sock"])
        #expect(await tool.run("complete", "schedules").output == "investments.daily\ninvestments.hourly\nnightly\n")
        #expect(await tool.run("complete", "kinds").output == "investments.value\nk\n")
        #expect(await tool.run("complete", "people").status == .usage)
    }
}
