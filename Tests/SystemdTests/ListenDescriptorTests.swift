import Glibc
import Testing

@testable import Systemd

@Suite struct ListenDescriptorTests {
    private let scratch = Scratch()

    private func environment(_ count: String, names: String? = nil, process: String? = nil) -> [String: String] {
        var environment = ["LISTEN_PID": process ?? "\(getpid())", "LISTEN_FDS": count]
        environment["LISTEN_FDNAMES"] = names
        return environment
    }

    /// Copies the descriptor to a free place far above those of the other tests, where a child would inherit it.
    private func place(_ descriptor: Int32, from lowest: Int32) -> Int32 {
        fcntl(descriptor, F_DUPFD, lowest)
    }

    private func error(_ environment: [String: String], first: Int32 = 900) -> ListenError? {
        do throws(ListenError) {
            _ = try ListenDescriptor.take(environment: environment, first: first)
            return nil
        } catch {
            return error
        }
    }

    @Test func `descriptors come by name, and no child inherits them`() throws {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let datagrams = DatagramReceiver(scratch("datagrams"))
        defer { close(listener) }
        #expect(listen(listener, 1) == -1)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(scratch("listener").utf8)) }
        let bound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0 && listen(listener, 1) == 0)

        let first = place(listener, from: 700)
        let second = place(datagrams.descriptor, from: first + 1)
        defer {
            close(first)
            close(second)
        }
        try #require(second == first + 1)
        #expect(fcntl(first, F_GETFD) & FD_CLOEXEC == 0)
        let taken = try ListenDescriptor.take(environment: environment("2", names: "admin:"), first: first)
        #expect(taken.map(\.name) == ["admin", "unknown"])
        #expect(taken.map(\.descriptor) == [first, second])
        #expect(taken.map(\.acceptsConnections) == [true, false])
        #expect(taken.allSatisfy { fcntl($0.descriptor, F_GETFD) & FD_CLOEXEC != 0 })
        let nameless = try ListenDescriptor.take(environment: environment("2"), first: first)
        #expect(nameless.map(\.name) == ["unknown", "unknown"])
    }

    @Test func `systemd's first descriptor is 3`() {
        #expect(ListenDescriptor.firstDescriptor == 3)
    }

    @Test func `what is meant for another process, or for none, is left alone`() throws {
        #expect(try ListenDescriptor.take(environment: [:]).isEmpty)
        #expect(try ListenDescriptor.take(environment: ["LISTEN_PID": "\(getpid())"]).isEmpty)
        #expect(try ListenDescriptor.take(environment: ["LISTEN_FDS": "1"]).isEmpty)
        #expect(try ListenDescriptor.take(environment: environment("1", process: "1")).isEmpty)
        #expect(try ListenDescriptor.take(environment: environment("1", process: "me")).isEmpty)
        #expect(try ListenDescriptor.take(environment: environment("0", names: "")).isEmpty)
    }

    @Test(arguments: ["-1", "many", "", "1025", "99999999999999999999"])
    func `a count that is none is refused`(count: String) throws {
        let found = try #require(error(environment(count)))
        #expect(found.variable == "LISTEN_FDS" && found.value == count)
    }

    @Test func `names must fit the descriptors, and descriptors must be open`() throws {
        #expect(error(environment("2", names: "admin"))?.variable == "LISTEN_FDNAMES")
        #expect(error(environment("0", names: "admin"))?.variable == "LISTEN_FDNAMES")
        let closed = try #require(error(environment("1", names: "admin")))
        #expect(closed.description.contains("descriptor 900 (admin) is not open"))
    }
}
