import Audit
import Jobs
import JobsPostgres
import Logging
import Postgres
import Primitives
import TestSupport

/// Several daemons' stores on one database, under one clock that stands still until it is moved.
struct Fleet: Sendable {
    /// One daemon: its direct connection and its store.
    struct Member: Sendable {
        let name: String
        let kinds: [JobKind]
        let session: DaemonSession
        let store: PostgresJobStore
    }

    static let begin = Instant(seconds: 1_790_000_000)
    /// Short, so that a fresh server is past it soon.
    static let liveness = Liveness(lease: .milliseconds(400), beat: .milliseconds(100))

    static let plain: JobKind = "sim.plain"
    static let money: JobKind = "sim.money"
    static let gated: JobKind = "sim.gated"
    static let outside: JobKind = "sim.outside"
    static let bulk: JobKind = "sim.bulk"
    /// Only the last daemon's build knows it.
    static let rare: JobKind = "sim.rare"

    static let limits = [
        KindLimits(kind: plain, deadline: .seconds(3_600)), KindLimits(kind: money, deadline: .seconds(600)),
        KindLimits(kind: rare, deadline: .seconds(3_600)),
        KindLimits(kind: gated, deadline: .seconds(900), gates: JobGates(concurrency: 3, perKey: 2)),
        KindLimits(
            kind: outside, deadline: .seconds(900),
            gates: JobGates(
                bucket: TokenBucket("sim", capacity: 3, interval: .seconds(10)),
                breaker: CircuitBreaker("sim", threshold: 3, rest: .seconds(60)))),
        KindLimits(kind: bulk, deadline: .seconds(600), isIdempotent: true),
    ]

    let pool: PostgresPool
    /// Of its own, so that what is compared is not disturbed by what is made to fail.
    let reader: PostgresPool
    let time: ManualTime
    let members: [Member]
    let operations: JobOperations

    init(_ address: PostgresAddress, observer: (any StatementObserver)? = nil) {
        let time = ManualTime(Self.begin)
        self.time = time
        let pool = PostgresPool(
            address: address, size: observer == nil ? 3 : 1, options: ConnectionOptions(observer: observer))
        self.pool = pool
        reader = PostgresPool(address: address, size: 1)
        let logger = Logger(label: "fleet") { _ in SwiftLogNoOpLogHandler() }
        members = ["one", "two", "three"].map { name in
            let limits = Self.limits.filter { $0.kind != Self.rare || name == "three" }
            let session = DaemonSession(
                address: address,
                identity: DaemonSession.Identity(host: name, pid: 1, build: "test", kinds: limits.map(\.kind)),
                liveness: Self.liveness, time: time, logger: logger)
            let store = PostgresJobStore(
                pool: pool, session: session, kinds: limits, liveness: Self.liveness, time: time, logger: logger)
            return Member(name: name, kinds: limits.map(\.kind), session: session, store: store)
        }
        operations = JobOperations(pool: pool, audit: AuditTrail(key: .random(), time: time), time: time)
    }

    /// Runs its pools beside `body`, once the daemons have known this life of the server for longer than a lease.
    func run<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            group.addTask { await reader.run() }
            try await reader.execute(
                """
                create table if not exists bursar.sim_effect (job bigint not null, lease bigint not null, what text)
                """)
            for member in members { try await member.store.beat() }
            try await reader.execute(
                """
                select pg_sleep(greatest(0, extract(epoch from max(since) - clock_timestamp())
                                            + \(Self.liveness.lease.wholeMicroseconds) / 1e6 + 0.05))::text
                from bursar.server_life
                """)
            let result = try await body()
            for member in members { await member.session.end() }
            group.cancelAll()
            return result
        }
    }

    /// Ends a daemon's direct connection from outside, as the kernel does for a dead process.
    func cutSession(of id: DaemonID) async throws {
        try await reader.execute(
            """
            select pg_terminate_backend(l.pid, 5000) from pg_locks l join bursar.daemon d
              on l.locktype = 'advisory' and (l.classid::int8 << 32 | l.objid::int8) = d.lock_key and l.granted
            where d.id = \(id.uuid)
              and l.database = (select oid from pg_database where datname = current_database())
            """)
    }

    /// Nothing of the history before is left; the daemons stay.
    func clear() async throws {
        for table in [
            "bursar.job", "bursar.finding", "bursar.run", "bursar.batch", "bursar.finished_job", "bursar.tally",
            "bursar.tally_change", "bursar.sim_effect",
        ] {
            try await reader.execute("delete from \(unsafe: table)")
        }
        try await reader.execute("update bursar.bucket set full_at = '-infinity', blocked_until = null")
        try await reader.execute(
            "update bursar.breaker set failures = 0, open_until = null, probe_job = null, probe_lease = null")
        for member in members { member.store.marks.reset() }
    }
}
