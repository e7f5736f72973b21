import Postgres

/// What became of a scenario's money and jobs, against what had to.
struct Audit: Sendable {
    /// Transfers that there should not be.
    private(set) var double = 0
    /// Transfers that are missing, and jobs that have not ended as they should.
    private(set) var lost = 0
    /// Each thing that is wrong, in words.
    private(set) var faults: [String] = []

    var isClean: Bool { faults.isEmpty }

    mutating func found(_ fault: String) {
        faults.append(fault)
    }

    /// Reads the accounts, the jobs and the ticks.
    init(of scenario: Scenario, in database: CrashDatabase) async throws {
        let connection = database.connection
        try await checkTransfers(scenario, connection)
        try await checkBalances(scenario, connection)
        try await checkJobs(scenario, connection)
        try await checkOrder(connection)
        try await checkMarks(scenario, connection)
        try await checkGates(connection)
        try await checkCounters(connection)
    }

    private mutating func checkTransfers(_ scenario: Scenario, _ connection: PostgresConnection) async throws {
        var counts: [String: Int64] = [:]
        for var row in try await connection.query(
            "select business_key, count(*) from crash.transfer group by business_key")
        {
            counts[try row.next(String.self)] = try row.next(Int64.self)
        }
        let keys = Set(scenario.orders.flatMap(\.keys))
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) where count > 1 || !keys.contains(key) {
            double += Int(count) - (keys.contains(key) ? 1 : 0)
            found("\(key) was posted \(count) times")
        }
        for key in keys.sorted() where counts[key] == nil {
            lost += 1
            found("\(key) was not posted")
        }
    }

    /// The sum over all accounts is nought, and each account holds what the orders make of it.
    private mutating func checkBalances(_ scenario: Scenario, _ connection: PostgresConnection) async throws {
        var expected: [Int64: Int64] = [:]
        for order in scenario.orders {
            let amount = order.amount * Int64(order.keys.count)
            expected[order.debit, default: 0] -= amount
            expected[order.credit, default: 0] += amount
        }
        var sum: Int64 = 0
        for var row in try await connection.query("select id, balance from crash.account order by id") {
            let account = try row.next(Int64.self)
            let balance = try row.next(Int64.self)
            sum += balance
            let due = expected[account, default: 0]
            if balance != due { found("account \(account) holds \(balance) instead of \(due)") }
        }
        if sum != 0 { found("the accounts sum to \(sum)") }
    }

    private mutating func checkJobs(_ scenario: Scenario, _ connection: PostgresConnection) async throws {
        var counts: [String: Int] = [:]
        for var row in try await connection.query(
            """
            select state, count(*) from (
                select state from bursar.job union all select state from bursar.finished_job) as j
            group by state
            """)
        {
            counts[try row.next(String.self)] = Int(try row.next(Int64.self))
        }
        let ends = scenario.expected
        let expected = ["done": ends.done, "failed": ends.failed, "parked": ends.parked].filter { $0.value > 0 }
        if counts != expected {
            let jobs = ends.done + ends.failed + ends.parked
            lost += max(1, jobs - expected.reduce(0) { $0 + min($1.value, counts[$1.key] ?? 0) })
            found("jobs ended as \(counts) instead of \(expected)")
        }
        let twice = try await connection.value(
            """
            select count(*) from (
                select id from (select id from bursar.finished_job union all select id from bursar.job) as j
                group by id having count(*) > 1) as twice
            """, as: Int64.self)
        if twice > 0 { found("\(twice) jobs ended twice") }
        let ticks = try await connection.value("select count(*) from bursar.tick", as: Int64.self)
        if ticks != scenario.dueTicks { found("\(ticks) ticks were decided instead of \(scenario.dueTicks)") }
        let open = try await connection.value("select count(*) from bursar.run where outcome is null", as: Int64.self)
        if open > 0 { found("\(open) runs are open") }
    }

    /// Jobs of a key took effect in the order of their ids.
    private mutating func checkOrder(_ connection: PostgresConnection) async throws {
        let late = try await connection.value(
            """
            select count(*) from (
                select job < lag(job) over (partition by key order by id) as is_late from crash.trail) as t
            where is_late
            """, as: Int64.self)
        if late > 0 { found("\(late) jobs took effect before their turn") }
    }

    /// Another company did each order once, and knows of no misuse of a key.
    mutating func check(_ company: Company, _ scenario: Scenario, _ connection: PostgresConnection) async throws {
        let effects = company.effects
        for key in Set(scenario.orders.flatMap(\.keys)).union(effects.keys).sorted() where effects[key] != 1 {
            let count = effects[key] ?? 0
            if count == 0 { lost += 1 } else { double += count - 1 }
            found("the company did \(key) \(count) times")
        }
        for misuse in company.misuses { found("a key was misused: \(misuse)") }
        let open = try await connection.value(
            "select count(*) from bursar.intent where state <> 'done'", as: Int64.self)
        if open > 0 { found("\(open) intents are not done") }
    }

    /// Idempotent work was done at least once.
    private mutating func checkMarks(_ scenario: Scenario, _ connection: PostgresConnection) async throws {
        let marks = try await connection.value("select count(*) from crash.mark", as: Int64.self)
        if marks != scenario.marks {
            lost += max(0, scenario.marks - Int(marks))
            found("\(marks) keys are marked instead of \(scenario.marks)")
        }
    }

    private mutating func checkGates(_ connection: PostgresConnection) async throws {
        let breaches = try await connection.value("select count(*) from crash.breach", as: Int64.self)
        if breaches > 0 { found("a gate let more through than it may, \(breaches) times") }
        let held = try await connection.value("select count(*) from bursar.job where held", as: Int64.self)
        if held > 0 { found("\(held) jobs are held behind nobody") }
        let batches = try await connection.value("select count(*) from bursar.batch", as: Int64.self)
        if batches > 0 { found("\(batches) batches are left") }
    }

    /// The counters agree with the rows.
    private mutating func checkCounters(_ connection: PostgresConnection) async throws {
        for var row in try await connection.query(
            """
            with counted as (
                select kind, state, sum(jobs) as jobs from (
                    select kind, state, jobs from bursar.tally
                    union all
                    select c.kind, s.state, s.jobs from bursar.tally_change c, lateral (values
                        ('waiting', c.waiting), ('running', c.running), ('parked', c.parked), ('done', c.done),
                        ('failed', c.failed), ('cancelled', c.cancelled)) as s (state, jobs)) as t
                group by kind, state having sum(jobs) <> 0),
            present as (
                select kind, state, count(*) as jobs from (
                    select kind, state from bursar.job union all select kind, state from bursar.finished_job) as j
                group by kind, state)
            select coalesce(c.kind, p.kind), coalesce(c.state, p.state), coalesce(c.jobs, 0)::bigint,
                   coalesce(p.jobs, 0)
            from counted c full join present p using (kind, state)
            where c.jobs is distinct from p.jobs
            """)
        {
            let (kind, state) = (try row.next(String.self), try row.next(String.self))
            found("\(kind), \(state): counted \(try row.next(Int64.self)), there are \(try row.next(Int64.self))")
        }
    }
}
