import Jobs
import JobsPostgres
import Postgres
import Primitives
import TestSupport

/// One history: verbs drawn from a seed, performed on the store, and said by the model; compared after each.
struct History {
    /// What the store did against the rules, and how it came there.
    struct Disagreement: Error, CustomStringConvertible {
        let seed: UInt64
        let complaint: String
        let steps: [String]

        var description: String {
            "BURSAR_SIMULATION_SEED=\(seed): \(complaint)\nafter:\n" + steps.suffix(40).joined(separator: "\n")
        }
    }

    /// A job that a daemon holds, or believes that it does.
    struct Grip {
        let member: Int
        let claim: Claim
    }

    /// As `Grip`, of many jobs.
    struct BatchGrip {
        let member: Int
        let batch: Batch
    }

    let fleet: Fleet
    let seed: UInt64
    var random: RandomNumbers
    var model: QueueModel
    var rows = QueueRows()
    var grips: [Grip] = []
    var batchGrips: [BatchGrip] = []
    /// Lines whose head may be missing until the reaper went round.
    var mayLackHead: Set<String> = []
    var steps: [String] = []
    var operations = 0
    var refusedStale = 0
    /// Some histories look only from the marks on, as daemons do; the others from the beginning, so that what is not
    /// taken could not be.
    let looksFully: Bool

    private static let operationsMax = 45
    private static let drainRoundsMax = 60

    /// Breaks statements; nil: none fails.
    let fuse: StatementFuse?

    init(fleet: Fleet, seed: UInt64, fuse: StatementFuse? = nil) {
        self.fleet = fleet
        self.fuse = fuse
        self.seed = seed
        random = RandomNumbers(seed: seed)
        model = QueueModel(kinds: Fleet.limits, liveness: Fleet.liveness)
        looksFully = seed % 4 != 0
    }

    var now: Instant { fleet.time.now() }

    mutating func run() async throws {
        do {
            try await fleet.clear()
            for member in fleet.members.indices { try await beat(member) }
            for _ in 0..<20 + random.below(Self.operationsMax) {
                if let fuse, random.below(3) == 0 {
                    try await performFailing(fuse)
                } else {
                    try await performOne()
                    try await compare()
                }
            }
            try await drain()
            try await checkEffects()
        } catch let error as Disagreement {
            throw error
        } catch {
            throw Disagreement(seed: seed, complaint: "\(error)", steps: steps)
        }
    }

    mutating func performOne() async throws {
        operations += 1
        let member = random.below(fleet.members.count)
        switch random.below(100) {
        case 0..<26: try await enqueue()
        case 26..<44: try await claim(member)
        case 44..<68: try await act()
        case 68..<74: try await turn(member)
        case 74..<79: try await tellOperator()
        case 79..<82: try await cut(member)
        case 82..<87: try await beat(member)
        case 87..<92: try await reap(member)
        case 92..<94: try await gate()
        default: pass()
        }
    }

    private mutating func pass() {
        let seconds = random.pick([1, 1, 5, 30, 61, 700, 4_000])
        note("\(seconds) s pass")
        fleet.time.advance(by: .seconds(seconds))
    }

    mutating func note(_ text: String) {
        steps.append("\(steps.count) \(now.rfc3339.dropFirst(11)) \(text)")
    }

    func disagree(_ complaint: String) -> Disagreement {
        Disagreement(seed: seed, complaint: complaint, steps: steps)
    }

    /// Reads the rows and holds them against the rules.
    mutating func compare() async throws {
        rows = try await QueueRows(via: fleet.reader)
        if let difference = model.difference(from: rows) { throw disagree(difference) }
        for run in model.runs.values where run.rootOutcome != nil && run.outcome == nil {
            if let key = keptKeys[run.job] { mayLackHead.insert(key) }
        }
        if let broken = model.brokenLine(rows.held, mayLackHead: mayLackHead) { throw disagree(broken) }
        let accountedFor = Set(model.jobs.keys).union(model.ended.keys)
        guard accountedFor == model.enqueued, model.jobs.keys.allSatisfy({ model.ended[$0] == nil }) else {
            throw disagree("jobs are lost, or there twice")
        }
    }

    /// The line of each job that ever stood in an ordered one.
    var keptKeys: [Int64: String] = [:]

    /// Everything that can end does, in a bounded time: nothing is overlooked for ever.
    private mutating func drain() async throws {
        note("drains")
        for round in 0..<Self.drainRoundsMax {
            fleet.time.advance(by: .seconds(3_700))
            for member in fleet.members.indices { try await beat(member) }
            try await reap(0)
            try await compare()
            for member in fleet.members.indices {
                try await claim(member, limit: 50)
                try await turn(member, limit: 50, acknowledgesAll: true)
                try await turn(member, limit: 0, acknowledgesAll: true)
            }
            while let grip = grips.popLast() { try await finish(grip, isLast: true) }
            try await judge(failure: nil)
            try await compare()
            let open = model.jobs.values.filter { $0.state != .parked }
            if open.isEmpty || round > 3 && open.allSatisfy(isBehindParked) { return }
        }
        throw disagree("these never end: \(model.jobs.values.filter { $0.state != .parked && !isBehindParked($0) })")
    }

    /// A parked head blocks an ordered line, and so does a run with a parked job.
    private func isBehindParked(_ job: ModelJob) -> Bool {
        guard let key = job.orderKey else { return false }
        let first = model.jobs.values.filter { $0.orderKey == key }.min { $0.id < $1.id }
        if first?.state == .parked { return true }
        return model.runs.values.contains { $0.rootOutcome != nil && $0.outcome == nil && keptKeys[$0.job] == key }
    }

    /// Each completion's effect stands once, each step's once, and nothing of an attempt that was refused.
    private mutating func checkEffects() async throws {
        let found = try await fleet.reader.query("select job, what, count(*) from bursar.sim_effect group by 1, 2")
        var finishes: [Int64: Int64] = [:]
        for var row in found {
            let job = try row.next(Int64.self)
            let what = try row.next(String.self)
            let count = try row.next(Int64.self)
            switch what {
            case "finish": finishes[job] = count
            case "step": guard count == stepped[job] ?? 0 else { throw disagree("\(count) steps of job \(job) stand") }
            default: throw disagree("an effect of a refused attempt stands: job \(job)")
            }
        }
        guard finishes == Dictionary(uniqueKeysWithValues: model.finishes.map { ($0, 1) }) else {
            throw disagree("completions stand \(finishes) times, and these were granted: \(model.finishes.sorted())")
        }
    }

    /// Granted steps of each job.
    var stepped: [Int64: Int64] = [:]
}
