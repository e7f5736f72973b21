import AdminAPI
import JobsPostgres
import Primitives

extension ExplainedGate {
    /// The gates of a job that waits, in the order in which they are worth a look: what a person holds, what time and
    /// its own line hold, what its kind holds.
    static func waiting(_ circumstances: JobCircumstances, _ unfinished: JobDetails.Unfinished) -> [ExplainedGate] {
        let job = circumstances.details.job
        return [
            paused(circumstances.kind, job.kind), time(job, now: unfinished.now),
            ordered(circumstances.obstacles, unfinished), limited(circumstances, unfinished), worker(circumstances),
            limit(circumstances.kind, job.kind), breaker(circumstances.kind), bucket(circumstances.kind),
        ].compactMap(\.self)
    }

    private static func paused(_ kind: KindNow?, _ name: String) -> ExplainedGate? {
        guard let kind, let pause = kind.gates.pause else { return nil }
        return ExplainedGate(
            gate: "paused",
            detail: "its kind \(name) is paused since \(pause.since) by \(pause.by): \(pause.reason); none of its jobs "
                + "starts anywhere",
            next: "`bursarctl queues resume \(name)` once the cause is gone",
            row: kind.row.flatMap { JSONValue(text: $0) })
    }

    private static func time(_ job: JobView, now: Instant) -> ExplainedGate? {
        guard let runAt = job.runAt else { return nil }
        let row = JSONValue.object([
            "id": .text("\(job.id)"), "run_at": .text(runAt.rfc3339), "failures": .integer(Int64(job.failures)),
        ])
        let why = job.error.map { "; its last attempt failed: \($0)" } ?? ""
        guard runAt > now else {
            let since = DurationText.words(seconds: (now - runAt).inSeconds)
            return ExplainedGate(
                gate: "time", holds: false, detail: "it is due since \(runAt), for \(since)\(why)",
                next: "nothing to do", row: row)
        }
        let left = DurationText.words(seconds: (runAt - now).inSeconds)
        return ExplainedGate(
            gate: "time", detail: "it is due at \(runAt), in \(left)\(why)", next: "wait until then", row: row)
    }

    /// One after the other: it waits for the head of its line, or for the run that keeps the place there.
    private static func ordered(_ obstacles: Obstacles?, _ unfinished: JobDetails.Unfinished) -> ExplainedGate? {
        guard let key = unfinished.orderKey else { return nil }
        guard unfinished.isHeld else {
            return ExplainedGate(
                gate: "order_key", holds: false, detail: "it is the head of its line, of the key \(key)",
                next: "nothing to do")
        }
        if let head = obstacles?.head {
            return ExplainedGate(
                gate: "order_key",
                detail: "job \(head.name), which is \(head.state), is in front of it under the key \(key)",
                next: head.state == "parked"
                    ? "`bursarctl jobs explain \(head.name)`, then retry or cancel that one"
                    : "wait for that one; `bursarctl jobs explain \(head.name)` says how it stands",
                row: JSONValue(text: head.row))
        }
        if let keeper = obstacles?.keeper {
            return ExplainedGate(
                gate: "order_key",
                detail: "run \(keeper.name) keeps its place in front of it under the key \(key): \(keeper.state)",
                next: "wait for them; `bursarctl runs show \(keeper.name)` says how they stand",
                row: JSONValue(text: keeper.row))
        }
        return ExplainedGate(
            gate: "order_key", detail: "nobody is in front of it under the key \(key), and it has not stepped forward",
            next: "wait: the next daemon that looks lets it step forward, within seconds")
    }

    /// So many at once: it waits until one of its key ends.
    private static func limited(
        _ circumstances: JobCircumstances, _ unfinished: JobDetails.Unfinished
    ) -> ExplainedGate? {
        guard let key = unfinished.limitKey else { return nil }
        let allowed = circumstances.kind?.gates.perKey
        let rivals = circumstances.obstacles?.rivals
        let running = rivals?.running ?? 0
        let limit = allowed.map { "\($0) at once" } ?? "no limit"
        let isFull = allowed.map { running >= $0 } ?? false
        guard isFull || unfinished.isHeld else {
            return ExplainedGate(
                gate: "limit_key", holds: false, detail: "\(running) run of the key \(key), which has \(limit)",
                next: "nothing to do")
        }
        guard let rivals, !rivals.names.isEmpty else {
            return ExplainedGate(
                gate: "limit_key",
                detail: "nobody is in front of it under the key \(key), and it has not stepped forward",
                next: "wait: the next daemon that looks lets it step forward, within seconds")
        }
        let names = rivals.names.joined(separator: ", ")
        return ExplainedGate(
            gate: "limit_key",
            detail: "\(running) run of the key \(key), which has \(limit); in front of it: jobs \(names)",
            next: "wait until one of them ends; engine.limits in the configuration says how many may run",
            row: .object([
                "limit_key": .text(key), "per_key": allowed.map { .integer(Int64($0)) } ?? .null,
                "running": .integer(Int64(running)), "jobs": JSONValue(text: rivals.rows) ?? .null,
            ]))
    }

    private static func worker(_ circumstances: JobCircumstances) -> ExplainedGate {
        let kind = circumstances.details.job.kind
        let workers = circumstances.workers
        let living = JSONValue.list((workers.isEmpty ? circumstances.daemons : workers).map(JSONValue.init))
        guard workers.isEmpty else {
            let hosts = workers.map { "\($0.host) pid \($0.pid)" }.joined(separator: ", ")
            return ExplainedGate(
                gate: "worker", holds: false, detail: "\(workers.count) that live can run it: \(hosts)",
                next: "nothing to do", row: .object(["daemons": living]))
        }
        let others = circumstances.daemons.map {
            "\($0.host) pid \($0.pid) (\($0.build)) knows \($0.kinds.joined(separator: ", "))"
        }
        let builds = circumstances.builds.map { "\($0.name) knew it, last seen \($0.lastSeen)" }
        let known = (others + builds).map { "; \($0)" }.joined()
        return ExplainedGate(
            gate: "worker", detail: "no daemon that runs now knows jobs of kind \(kind)\(known)",
            next: circumstances.builds.first.map { "start a daemon of a build that knows it, such as \($0.name)" }
                ?? "start a daemon whose build knows it; `bursarctl status` shows those that run",
            row: .object([
                "kind": .text(kind), "daemons": living,
                "builds": .list(
                    circumstances.builds.map {
                        .object(["build": .text($0.name), "last_seen": .text($0.lastSeen.rfc3339)])
                    }),
            ]))
    }
}

extension JSONValue {
    fileprivate init(_ daemon: DaemonView) {
        self = .object([
            "id": .text("\(daemon.id)"), "host": .text(daemon.host), "pid": .integer(Int64(daemon.pid)),
            "build": .text(daemon.build), "kinds": .list(daemon.kinds.map { .text($0) }),
        ])
    }
}
