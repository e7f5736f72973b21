import Synchronization
import TestSupport
import Testing

/// How long it took to go on after each fault, printed and recorded at the end.
final class Recovery: Sendable {
    private let name: String
    private let times = Mutex<[Duration]>([])

    /// Beyond it something does not recover, however busy the machine is.
    static let patience = Duration.seconds(60)

    init(_ name: String) {
        self.name = name
    }

    func add(_ time: Duration, at location: SourceLocation = #_sourceLocation) {
        times.withLock { $0.append(time) }
        #expect(time < Self.patience, "\(name)", sourceLocation: location)
    }

    var milliseconds: [Int] { times.withLock { $0.map { Int($0 / .milliseconds(1)) } }.sorted() }

    /// The nearest rank.
    private func percentile(_ share: Double) -> Int {
        let sorted = milliseconds
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)]
    }

    /// Writes the proof's line.
    func record(double: Int, lost: Int) throws {
        let times = milliseconds
        let p50 = percentile(0.5)
        let p99 = percentile(0.99)
        print("\(name): \(times.count) rounds, p50 \(p50) ms, p99 \(p99) ms, \(double) double, \(lost) lost")
        try Proof.record(
            name, ["rounds": times.count, "double": double, "lost": lost, "p50_ms": p50, "p99_ms": p99])
    }
}
