import Glibc

/// A thread of its own, apart from every pool: it runs on when all of those are blocked.
enum PlainThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts `body` on a new thread that nobody joins. False when the system has no thread left.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let retained = Unmanaged.passRetained(Body(body)).toOpaque()
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, retained)
        guard failure == 0 else {
            Unmanaged<Body>.fromOpaque(retained).release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    /// Blocks the calling thread.
    static func sleep(_ duration: Duration) {
        let nanoseconds = max(0, Int(duration / .nanoseconds(1)))
        var asked = timespec(tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
        var rest = timespec()
        while nanosleep(&asked, &rest) != 0, errno == EINTR { asked = rest }
    }
}
