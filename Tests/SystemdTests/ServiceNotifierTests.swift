import Glibc
import Testing

@testable import Systemd

@Suite struct ServiceNotifierTests {
    private let scratch = Scratch()

    private func notifier(_ address: String) -> ServiceNotifier {
        ServiceNotifier(environment: ["NOTIFY_SOCKET": address])
    }

    private func error(of states: [ServiceState], at address: String) -> NotifyError? {
        do throws(NotifyError) {
            try notifier(address).send(states)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        (ServiceState.ready, "READY=1"),
        (.reloading(monotonicMicroseconds: 12_345), "RELOADING=1\nMONOTONIC_USEC=12345"),
        (.stopping, "STOPPING=1"),
        (.status("leader; 3 running"), "STATUS=leader; 3 running"),
        (.watchdog, "WATCHDOG=1"),
        (.watchdogTrigger, "WATCHDOG=trigger"),
        (.watchdogInterval(.seconds(30)), "WATCHDOG_USEC=30000000"),
        (.extendTimeout(.milliseconds(15_000)), "EXTEND_TIMEOUT_USEC=15000000"),
        (.extendTimeout(.seconds(-1)), "EXTEND_TIMEOUT_USEC=0"),
        (.errno(ENOSPC), "ERRNO=28"),
        (.exitStatus(78), "EXIT_STATUS=78"),
        (.mainPID(4_711), "MAINPID=4711"),
    ])
    func `a state has exactly these bytes`(state: ServiceState, bytes: String) throws {
        let manager = DatagramReceiver(scratch("notify"))
        try notifier(manager.address).send([state])
        #expect(manager.waiting() == [bytes])
    }

    @Test func `all states of a call come in one datagram, and calls in their order`() throws {
        let manager = DatagramReceiver(scratch("notify"))
        try notifier(manager.address).send([.ready, .status("role leader"), .mainPID(7)])
        try notifier(manager.address).send([])
        try notifier(manager.address).send([.stopping])
        #expect(manager.waiting() == ["READY=1\nSTATUS=role leader\nMAINPID=7", "STOPPING=1"])
    }

    @Test func `an abstract address is spoken`() throws {
        let manager = DatagramReceiver("@bursar-notify-\(getpid())-\(UInt64.random(in: 0...UInt64.max))")
        try notifier(manager.address).send([.ready])
        #expect(manager.waiting() == ["READY=1"])
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""]])
    func `without a manager nothing is sent and nothing fails`(environment: [String: String]) throws {
        let notifier = ServiceNotifier(environment: environment)
        #expect(!notifier.isSupervised)
        try notifier.send([.ready])
    }

    @Test func `a socket that is gone is an error that can be told from others and from itself`() throws {
        let path = scratch("notify")
        #expect(notifier(path).isSupervised)
        let missing = try #require(error(of: [.ready], at: path))
        #expect(missing.code == .gone && missing.path == path)
        #expect(missing == error(of: [.watchdog], at: path))
        #expect(missing.description.contains(path) && missing.description.contains("No such file"))

        var manager: DatagramReceiver? = DatagramReceiver(path)
        #expect(error(of: [.ready], at: path) == nil)
        #expect(manager?.waiting().count == 1)
        manager = nil
        #expect(error(of: [.ready], at: path)?.code == .gone)
        #expect(error(of: [.ready], at: "@bursar-nobody-\(getpid())")?.code == .gone)
    }

    @Test func `a full socket is an error, and takes messages again once it is read`() throws {
        let manager = DatagramReceiver(scratch("notify"))
        manager.fill()
        #expect(error(of: [.ready], at: manager.address)?.code == .busy)
        _ = manager.waiting()
        try notifier(manager.address).send([.ready])
        #expect(manager.waiting() == ["READY=1"])
    }

    @Test(arguments: ["vsock:2:1234", "run/notify", "@", "/", "/a\0b"])
    func `other addresses are refused`(address: String) {
        let code = error(of: [.ready], at: address)?.code
        #expect(code == .badAddress || address == "/" && code != nil)
    }

    @Test func `a name that no socket can have is refused`() {
        let long = "/" + String(repeating: "a", count: 107)
        #expect(error(of: [.ready], at: long)?.code == .badAddress)
        #expect(error(of: [.ready], at: String(long.dropLast()))?.code == .gone)
    }

    @Test func `what systemd would throw away is not sent`() {
        let manager = DatagramReceiver(scratch("notify"))
        let states = Array(repeating: ServiceState.status(String(repeating: "a", count: 200)), count: 20)
        #expect(error(of: states, at: manager.address)?.code == .tooLarge)
        #expect(manager.waiting().isEmpty)
    }

    // MARK: Status

    @Test(arguments: [
        ("a\nREADY=1", "a READY=1"), ("a\r\nb", "a b"), ("a\u{2028}b\u{85}c", "a b c"),
        ("a\0b\tc\u{1B}[2J", "a b c [2J"), ("größer – 5 €", "größer – 5 €"),
    ])
    func `a status stays one line`(text: String, shown: String) {
        #expect(ServiceState.status(text).assignment == "STATUS=" + shown)
    }

    @Test(arguments: ["a", "ä", "👩‍👩‍👧‍👦", "e\u{301}"])
    func `a status has at most 200 characters, none of them cut in two`(character: String) {
        let whole = String(repeating: character, count: 200 / character.unicodeScalars.count)
        #expect(ServiceState.status(whole).assignment == "STATUS=" + whole)
        let shown = ServiceState.status(whole + character).assignment.dropFirst("STATUS=".count)
        #expect(shown.unicodeScalars.count <= 200)
        #expect(shown.last == "…" && shown.dropLast().allSatisfy { String($0) == character })
    }

    // MARK: Clock and watchdog

    @Test func `the time of a reload is CLOCK_MONOTONIC`() {
        func read() -> UInt64 {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
        }
        let before = read()
        let now = MonotonicClock.microseconds()
        #expect((before...read()).contains(now))
    }

    @Test func `the watchdog is ours only if its process is this one`() {
        let own = "\(getpid())"
        func interval(_ environment: [String: String]) -> Duration? { WatchdogInterval.from(environment: environment) }
        #expect(interval([:]) == nil)
        #expect(interval(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
        #expect(interval(["WATCHDOG_USEC": "1500000", "WATCHDOG_PID": own]) == .milliseconds(1_500))
        #expect(interval(["WATCHDOG_USEC": "1500000", "WATCHDOG_PID": "1"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "1500000", "WATCHDOG_PID": ""]) == nil)
        for text in ["", "0", "-5", "soon", "1.5", "99999999999999999999"] {
            #expect(interval(["WATCHDOG_USEC": text, "WATCHDOG_PID": own]) == nil)
        }
    }
}
