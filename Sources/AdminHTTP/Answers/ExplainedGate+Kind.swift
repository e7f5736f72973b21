import AdminAPI
import JobsPostgres
import Primitives

/// The gates that a waiting job shares with all of its kind.
extension ExplainedGate {
    /// How many of its kind run at once in the whole fleet.
    static func limit(_ kind: KindNow?, _ name: String) -> ExplainedGate? {
        guard let kind, let allowed = kind.gates.concurrency else { return nil }
        let isFull = kind.running >= allowed
        let names = kind.runningNames.joined(separator: ", ")
        let who = kind.running == 0 ? "" : ": job\(kind.running == 1 ? "" : "s") \(names)"
        return ExplainedGate(
            gate: "limit", holds: isFull, detail: "\(kind.running) of the \(allowed) that may of its kind run\(who)",
            next: isFull
                ? "wait until one of them ends; engine.limits in the configuration says how many may run"
                : "nothing to do",
            row: .object([
                "kind": .text(name), "concurrency": .integer(Int64(allowed)), "running": .integer(Int64(kind.running)),
                "jobs": kind.runningRows.flatMap { JSONValue(text: $0) } ?? .list([]),
            ]))
    }

    /// Whether the other side is left alone.
    static func breaker(_ kind: KindNow?) -> ExplainedGate? {
        guard let kind, let breaker = kind.gates.breaker else { return nil }
        let row = kind.breakerRow.flatMap { JSONValue(text: $0) }
        let why = breaker.lastError.map { ", the last with: \($0)" } ?? ""
        let failures = "\(breaker.failures) failures in a row\(why)"
        switch breaker.state {
        case .closed:
            return ExplainedGate(
                gate: "breaker", holds: false,
                detail: "the breaker \(breaker.name) is closed: \(breaker.failures) of \(breaker.threshold) failures",
                next: "nothing to do", row: row)
        case .open:
            let until = breaker.openUntil.map { " until \($0), for \(words(from: kind.now, to: $0))" } ?? ""
            return ExplainedGate(
                gate: "breaker", detail: "the breaker \(breaker.name) is open\(until), after \(failures)",
                next: "wait: then one job tries for all; look at the other side meanwhile", row: row)
        case .halfOpen:
            guard let probe = breaker.probe else {
                return ExplainedGate(
                    gate: "breaker", holds: false,
                    detail: "the breaker \(breaker.name) is half open after \(failures): one job may try, perhaps this",
                    next: "nothing to do", row: row)
            }
            return ExplainedGate(
                gate: "breaker",
                detail: "the breaker \(breaker.name) is half open after \(failures): job \(probe) tries for all",
                next: "wait for that one; `bursarctl jobs explain \(probe)` says how it stands", row: row)
        }
    }

    /// Whether the fleet has a token for it.
    static func bucket(_ kind: KindNow?) -> ExplainedGate? {
        guard let kind, let bucket = kind.gates.bucket else { return nil }
        let row = kind.bucketRow.flatMap { JSONValue(text: $0) }
        if let until = bucket.blockedUntil {
            return ExplainedGate(
                gate: "bucket",
                detail: "the bucket \(bucket.name) is blocked until \(until), for \(words(from: kind.now, to: until)): "
                    + "the other side asked to be left alone",
                next: "wait until then", row: row)
        }
        let rate = "one more each \(DurationText.words(seconds: bucket.interval.inSeconds))"
        guard bucket.tokens == 0 else {
            return ExplainedGate(
                gate: "bucket", holds: false,
                detail: "the bucket \(bucket.name) has \(bucket.tokens) of \(bucket.capacity) tokens, \(rate)",
                next: "nothing to do", row: row)
        }
        let next = bucket.nextToken.map { "until \($0), for \(words(from: kind.now, to: $0))" } ?? "now"
        return ExplainedGate(
            gate: "bucket", detail: "the bucket \(bucket.name) has no token \(next); \(rate)",
            next: "wait: whoever is first in line takes the next one", row: row)
    }

    private static func words(from now: Instant, to instant: Instant) -> String {
        DurationText.words(seconds: max(0, (instant - now).inSeconds))
    }
}
