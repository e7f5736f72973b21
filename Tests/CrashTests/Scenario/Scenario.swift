import Cron
import Jobs
import JobsPostgres
import Primitives
import Scheduling

/// Some jobs and what must have come of them.
struct Scenario: Sendable {
    let name: String
    var slots = 1
    var jobs: [NewJob] = []
    /// Yearly, with that many ticks due.
    var schedule: Schedule?
    var dueTicks = 0
    /// Keys that idempotent jobs are to mark.
    var marks = 0
    /// Another company is to do once what each of the orders says.
    var callsCompany = false
    /// All the money that is to move.
    var orders: [MoneyOrder] = []
    var expected = Ends()

    /// What its workers must know.
    private(set) var kinds: Set<JobKind> = []

    /// The same with nothing to do.
    var idle: Scenario {
        var scenario = Scenario("idle \(name)")
        scenario.slots = slots
        scenario.kinds = kinds
        scenario.callsCompany = callsCompany
        return scenario
    }

    /// How many jobs end how.
    struct Ends: Sendable, Hashable {
        var done = 0
        var failed = 0
        var parked = 0
    }

    private init(_ name: String) {
        self.name = name
    }

    private mutating func add(
        _ kind: JobKind, _ order: MoneyOrder, at runAt: Instant? = nil, money: Bool = true, orderKey: String? = nil,
        limitKey: String? = nil
    ) {
        orders.append(order)
        add(
            NewJob(
                kind: kind, payload: order.payload, runAt: runAt, orderKey: orderKey, limitKey: limitKey, money: money))
    }

    private mutating func add(_ job: NewJob) {
        jobs.append(job)
        kinds.insert(job.kind)
    }

    /// Every scenario whose boundaries are visited.
    static let all = [transfer, steps, failures, ordered, ticks, gated, batches, outside]

    /// One transfer a job, in the transaction that finishes it.
    static let transfer: Scenario = {
        var scenario = Scenario("transfer")
        for number in 1...2 {
            scenario.add("crash.transfer", MoneyOrder(key: "t\(number)", debit: 1, credit: 2, amount: 100))
        }
        scenario.expected.done = 2
        return scenario
    }()

    /// One job of five steps.
    static let steps: Scenario = {
        var scenario = Scenario("steps")
        let parts = (0..<5).map { "\($0)" } + ["last"]
        scenario.add("crash.steps", MoneyOrder(key: "s", debit: 2, credit: 3, amount: 7, parts: parts, steps: 5))
        scenario.expected.done = 1
        return scenario
    }()

    /// Attempts that end in other ways than done.
    static let failures: Scenario = {
        var scenario = Scenario("failures")
        scenario.add("crash.flaky", MoneyOrder(key: "f", debit: 1, credit: 4, amount: 11, parts: ["early"]))
        scenario.orders.append(MoneyOrder(key: "f", debit: 1, credit: 4, amount: 11))
        scenario.add("crash.snooze", MoneyOrder(key: "z", debit: 4, credit: 5, amount: 13, parts: ["early"]))
        scenario.orders.append(MoneyOrder(key: "z", debit: 4, credit: 5, amount: 13))
        scenario.add("crash.ask", MoneyOrder(key: "a", debit: 5, credit: 1, amount: 17))
        scenario.add("crash.doomed", MoneyOrder(key: "d", debit: 3, credit: 1, amount: 19), money: false)
        scenario.expected = Ends(done: 2, failed: 1, parked: 1)
        return scenario
    }()

    /// Jobs of one key, one after the other, though there are slots for more.
    static let ordered: Scenario = {
        var scenario = Scenario("ordered")
        scenario.slots = 2
        for number in 1...3 {
            scenario.add(
                "crash.ordered", MoneyOrder(key: "o\(number)", debit: 6, credit: 7, amount: 23), orderKey: "customer")
        }
        scenario.expected.done = 3
        return scenario
    }()

    /// Ticks that nobody was there for.
    static let ticks: Scenario = {
        var scenario = Scenario("ticks")
        guard let expression = try? CronExpression("0 0 1 1 *") else { preconditionFailure("it is one") }
        let years = ["2024", "2025", "2026"].map { "\($0)-01-01T00:00:00Z" }
        let order = MoneyOrder(key: "y", debit: 8, credit: 9, amount: 29, parts: years)
        scenario.orders = [order]
        scenario.schedule = Schedule(
            name: "crash.yearly", kind: "crash.tick", payload: order.payload, expression: expression, zone: .utc,
            money: true, catchUp: .all)
        scenario.kinds = ["crash.tick"]
        scenario.dueTicks = years.count
        scenario.expected.done = years.count
        return scenario
    }()

    /// Jobs of a kind with every gate there is.
    static let gated: Scenario = {
        var scenario = Scenario("gated")
        scenario.slots = 3
        for number in 1...4 {
            let order = MoneyOrder(key: "g\(number)", debit: 10, credit: 11, amount: 41, pause: .milliseconds(5))
            scenario.add("crash.gated", order, limitKey: number < 4 ? "one" : "two")
        }
        scenario.expected.done = 4
        return scenario
    }()

    /// Idempotent jobs, taken by the batch.
    static let batches: Scenario = {
        var scenario = Scenario("batches")
        scenario.slots = 2
        for number in 1...5 {
            let order = MoneyOrder(key: "b\(number)", debit: 1, credit: 2, amount: 1)
            scenario.add(NewJob(kind: "crash.mark", payload: order.payload))
        }
        scenario.marks = 5
        scenario.expected.done = 5
        return scenario
    }()

    /// Jobs that have another company pay.
    static let outside: Scenario = {
        var scenario = Scenario("outside")
        for number in 1...2 {
            scenario.add("crash.pay", MoneyOrder(key: "p\(number)", debit: 12, credit: 13, amount: 47))
        }
        scenario.callsCompany = true
        scenario.expected.done = 2
        return scenario
    }()

    /// Several jobs of one transfer each.
    static func transfers(of count: Int, slots: Int) -> Scenario {
        var scenario = Scenario("transfers")
        scenario.slots = slots
        for number in 0..<count {
            let debit = Int64(number % 12 + 1)
            scenario.add("crash.transfer", MoneyOrder(key: "t\(number)", debit: debit, credit: debit + 20, amount: 31))
        }
        scenario.expected.done = count
        return scenario
    }

    /// Jobs of one transfer each that fall due one after the other.
    static func arrivals(of count: Int, from start: Instant, over time: Duration) -> Scenario {
        var scenario = Scenario("arrivals")
        scenario.slots = 8
        for number in 0..<count {
            let debit = Int64(number % 20 + 1)
            let order = MoneyOrder(key: "a\(number)", debit: debit, credit: debit + 20, amount: 43)
            scenario.add("crash.transfer", order, at: start + time * (Double(number) / Double(count)))
        }
        scenario.expected.done = count
        return scenario
    }

    /// Several jobs of steps that rest between them.
    static func slowSteps(of count: Int, slots: Int) -> Scenario {
        var scenario = Scenario("slow steps")
        scenario.slots = slots
        for number in 0..<count {
            let order = MoneyOrder(
                key: "s\(number)", debit: Int64(number + 1), credit: Int64(number + 21), amount: 37,
                parts: ["0", "1", "2", "3", "last"], steps: 4, pause: .milliseconds(80))
            scenario.add("crash.steps", order)
        }
        scenario.expected.done = count
        return scenario
    }

    /// Many jobs of every kind, for kills at random moments. Those of the batch fall due little by little: a batch that
    /// takes longer than its workers live would be begun again and again.
    static func crowd(of count: Int, slots: Int, from start: Instant) -> Scenario {
        var scenario = Scenario("crowd")
        scenario.slots = slots
        for number in 0..<count {
            let debit = Int64(number % 40 + 1)
            let order = MoneyOrder(
                key: "c\(number)", debit: debit, credit: debit % 40 + 2, amount: Int64(number % 97 + 1),
                pause: .milliseconds(number % 7 * 5 + 1))
            switch number % 6 {
            case 0:
                var stepped = order
                stepped.steps = 3
                stepped.parts = ["0", "1", "2", "last"]
                scenario.add("crash.steps", stepped)
            case 1: scenario.add("crash.ordered", order, orderKey: "k\(debit)")
            case 2: scenario.add("crash.gated", order, limitKey: "l\(number % 5)")
            case 3:
                let due = start + .milliseconds(10 * number)
                scenario.add(NewJob(kind: "crash.mark", payload: order.payload, runAt: due))
                scenario.marks += 1
            default: scenario.add("crash.transfer", order)
            }
        }
        scenario.expected.done = count
        return scenario
    }
}
