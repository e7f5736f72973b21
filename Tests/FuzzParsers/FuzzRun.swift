import Glibc

/// Many inputs from one seed, in a process of their own: what kills it can be read from the log afterwards.
package struct FuzzRun {
    /// How many inputs there are, and for how many seconds at most.
    package enum Length: Sendable {
        case inputs(Int)
        case seconds(Int)
    }

    /// What one input may take. Debug builds, in which nothing is optimised, get ten times as much.
    package static let slowAfter: Duration = isOptimised ? .milliseconds(50) : .milliseconds(500)
    /// After which time without news of a few inputs the process ends itself.
    private static let hangSeconds: UInt32 = 60
    private static let inputsPerLook = 64
    private static let longestInput = 16_384

    private let parser: FuzzParser
    private let seed: UInt64
    private let length: Length

    package init(_ parser: FuzzParser, seed: UInt64, length: Length) {
        self.parser = parser
        self.seed = seed
        self.length = length
    }

    /// Runs until its length is reached or a property breaks; the log says how far it came, even if it is killed.
    package func run(log: FuzzLog) throws(BrokenProperty) {
        var inputs = FuzzInputs(parser, seed: seed)
        let memory = try GuardedBytes(capacity: Self.longestInput)
        // However it ends: an alarm left behind would end the process later, whatever that is doing then.
        defer {
            alarm(0)
            memory.free()
        }
        let begin = ContinuousClock.now
        while goesOn(log.inputs, since: begin) {
            alarm(Self.hangSeconds)
            for _ in 0..<Self.inputsPerLook {
                let input = inputs.next()
                log.begin(input)
                let held = memory.hold(input)
                let before = MonotonicTime.now
                let isAccepted: Bool
                do {
                    isAccepted = try parser.check(held)
                } catch {
                    log.complain("\(error)")
                    throw error
                }
                if MonotonicTime.now - before > Self.slowAfter { try reconsider(input, in: memory, log: log) }
                if isAccepted { inputs.keep() }
            }
        }
        log.finish()
    }

    private func goesOn(_ inputs: Int, since begin: ContinuousClock.Instant) -> Bool {
        switch length {
        case .inputs(let count): inputs < count
        case .seconds(let seconds): ContinuousClock.now - begin < .seconds(seconds)
        }
    }

    /// An input that took long may have been held up by the machine: it is slow when it takes the processor that long
    /// three times more.
    private func reconsider(_ input: [UInt8], in memory: GuardedBytes, log: FuzzLog) throws(BrokenProperty) {
        for _ in 0..<3 {
            let held = memory.hold(input)
            let before = MonotonicTime.ofThisThread
            _ = try parser.check(held)
            if MonotonicTime.ofThisThread - before <= Self.slowAfter { return }
        }
        log.addSlow()
        log.complain("slow: more than \(Self.slowAfter) three times over \(FuzzLog.text(of: input))")
    }

    private static let isOptimised: Bool = {
        #if DEBUG
        false
        #else
        true
        #endif
    }()
}

/// Clocks that cost little to read.
enum MonotonicTime {
    static var now: Duration { read(CLOCK_MONOTONIC) }
    static var ofThisThread: Duration { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
