import Testing

@testable import EmbeddedPostgres

@Suite struct TextTests {
    @Test func `an address is a URI whatever the path holds`() throws {
        #expect(
            try ClusterDirectory("/srv/a b/ö?&#").uri(user: "bursar", database: "bursar")
                == "postgresql:///bursar?host=/srv/a%20b/%C3%B6%3F%26%23&user=bursar")
        #expect(try ClusterDirectory("/srv/./x/../y/").path == "/srv/y")
        #expect(try ClusterDirectory("relative").path.hasPrefix("/"))
    }

    private func configuration(
        _ change: (inout ClusterSettings) -> Void = { _ in }, memory: Int = 8_589_934_592
    ) throws -> ClusterConfiguration {
        var settings = ClusterSettings()
        change(&settings)
        return ClusterConfiguration(
            directory: try ClusterDirectory("/srv/it's"), settings: settings, memory: memory,
            accounts: ["root", "postgres", "root"])
    }

    @Test func `settings are quoted as postgresql.conf wants it`() throws {
        let text = try configuration { $0.parameters = ["search_path": "'a', b"] }.parameters
        #expect(text.contains("\nunix_socket_directories = '\"/srv/it''s\"'\n"))
        #expect(text.contains("\nsearch_path = '''a'', b'\n"))
        #expect(text.contains("\nfsync = 'on'\n"))
        #expect(try configuration { $0.isDurable = false }.parameters.contains("\nfsync = 'off'\n"))
    }

    @Test func `buffers grow with the machine, within limits`() throws {
        #expect(try configuration().sharedBuffers == 512 << 20)
        #expect(try configuration(memory: 1 << 30).sharedBuffers == 128 << 20)
        #expect(try configuration(memory: 1 << 40).sharedBuffers == 1 << 30)
    }

    @Test func `each account may be each role, once`() throws {
        let lines = try configuration { $0.roles = ["bursar", "bursar_app"] }.identities.split(separator: "\n")
            .dropFirst()
        #expect(
            lines == [
                "bursar \"root\" \"bursar\"", "bursar \"root\" \"bursar_app\"",
                "bursar \"postgres\" \"bursar\"", "bursar \"postgres\" \"bursar_app\"",
            ])
    }

    @Test func `an error quotes the lines that say why`() {
        let log = "LOG:  starting\nFATAL:  no room\nHINT:  make some\nLOG:  shut down\n"
        #expect(ServerLog.excerpt(log) == "FATAL:  no room | HINT:  make some")
        #expect(ServerLog.excerpt("one\n\n  \ntwo\n") == "one | two")
        #expect(
            ServerLog.saysFormerServerLingers("FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use"))
    }
}
