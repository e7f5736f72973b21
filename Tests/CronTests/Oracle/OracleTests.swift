import Cron
import Primitives
import TestSupport
import Testing

/// `CronExpression.next` against the slow oracle: a sample in each run, or with `BURSAR_PROOF=1` every zone, every
/// shift from 1970 to 2037, and eight expressions for each. A seed in `BURSAR_SEED` repeats a sample.
@Suite struct OracleTests {
    private static let isProof = Proof.isLong
    private static let zonesOfSample = 30
    private static let shiftsOfSample = 8
    /// In every sample: what went wrong elsewhere.
    private static let zonesAlways = [
        "Africa/Cairo", "Africa/Casablanca", "Africa/Monrovia", "America/New_York", "America/Argentina/Buenos_Aires",
        "Antarctica/Troll", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Dublin", "Pacific/Apia",
        "Pacific/Kiritimati",
    ]

    @Test func `next agrees with a walk over the minutes around the shifts of the zones`() throws {
        var random = SeededRandom(seed: SeededRandom.seedOfRun)
        let all = HostZones.names()
        try #require(all.count > 400, "tzdata.zi names the zones")
        let names = Self.isProof ? all : Self.zonesAlways + all.shuffled(using: &random).prefix(Self.zonesOfSample)
        let zones = HostZones.zones(named: names)
        try #require(zones.count == names.count, "zdump tells of every zone")
        var shifts = 0
        var differences: [String] = []
        for host in zones {
            let zone = try Zone(host.name)
            let all = host.shiftsOfProof
            let chosen = Self.isProof ? all : Array(all.shuffled(using: &random).prefix(Self.shiftsOfSample))
            for shift in chosen {
                shifts += 1
                differences += try Self.differences(in: zone, host, at: shift.start)
            }
        }
        print(
            "cron: \(zones.count) zones, \(shifts) shifts, \(8 * shifts) comparisons with the oracle,", terminator: " ")
        print("\(differences.count) differences, seed \(SeededRandom.seedOfRun)")
        #expect(shifts > zones.count)
        #expect(differences.isEmpty, "\(differences.prefix(5).joined(separator: "\n"))")
        try Proof.record(
            "cron",
            [
                "zones": zones.count, "shifts": shifts, "comparisons": 8 * shifts, "differences": differences.count,
            ])
    }

    @Test func `offsets agree with the host's between the shifts too`() throws {
        var random = SeededRandom(seed: SeededRandom.seedOfRun)
        let all = HostZones.names()
        let names = Self.isProof ? all : Array(all.shuffled(using: &random).prefix(Self.zonesOfSample))
        for host in HostZones.zones(named: names) {
            let zone = try Zone(host.name)
            for _ in 0..<50 {
                let second = Int.random(in: 0..<2_300_000_000, using: &random)
                let place = Comment(rawValue: "\(host.name) at \(second), seed \(SeededRandom.seedOfRun)")
                #expect(zone.offset(at: Instant(seconds: Int64(second))) == host.offset(at: second), place)
            }
        }
    }

    /// What `next` and the oracle say of the days around a shift, where they differ.
    private static func differences(in zone: Zone, _ host: HostZone, at shift: Int) throws -> [String] {
        let oracle = SlowOracle(host, around: shift)
        let readings = [shift + host.offset(at: shift - 1), shift + host.offset(at: shift)].sorted()
        let inside = readings[0] + (readings[1] - readings[0]) / 2
        let day = SlowOracle.day(inside.floored(by: 86_400))
        var differences: [String] = []
        for entry in OracleExpression.eight(between: readings[0], and: readings[1], on: day) {
            let expression = try CronExpression(entry.text)
            let expected = oracle.ticks(of: entry)
            var found: [SlowOracle.Tick] = []
            var cursor = Instant(seconds: Int64(oracle.range.lowerBound) - 1)
            while let tick = expression.nextTick(after: cursor, in: zone),
                tick.instant.seconds <= oracle.range.upperBound
            {
                found.append(SlowOracle.Tick(second: Int(tick.instant.seconds), wall: Int(tick.nominal.wallSeconds)))
                cursor = tick.instant
            }
            guard found != expected else { continue }
            let missing = Set(expected).subtracting(found).map { "-\($0.second)/\($0.wall)" }.sorted()
            let extra = Set(found).subtracting(expected).map { "+\($0.second)/\($0.wall)" }.sorted()
            differences.append("\(entry.text) in \(host.name) at \(shift): \((missing + extra).joined(separator: " "))")
        }
        return differences
    }
}
