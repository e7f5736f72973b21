import Cron
import Primitives
import Scheduling
import Testing

@testable import BursarDaemon
@testable import Config

@Suite struct ScheduleDigestTests {
    private static let base = definition()

    @Test func `the same schedules have the same digest, in whatever order, in any process`() {
        let one = Self.definition(name: "one")
        let two = Self.definition(name: "two")
        #expect(digest(of: [one, two]) == digest(of: [two, one]))
        #expect(digest(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(digest(of: [one]).wholeMatch(of: #/[0-9a-f]{64}/#) != nil)
    }

    @Test(arguments: [
        definition(name: "other"), definition(kind: "investments.other"), definition(payload: #"{"mode":"full"}"#),
        definition(cron: "1 9 * * *"), definition(zone: "Europe/Madrid"), definition(money: true),
        definition(catchUp: .all), definition(catchUpLimit: 99), definition(maxLateness: .seconds(60)),
        definition(maxLateness: .zero), definition(overlap: .skip), definition(pauseOnFailure: true),
        definition(enabled: false), definition(stagger: .seconds(600)), definition(stagger: .seconds(601)),
    ])
    func `each field changes it`(changed: ScheduleDefinition) {
        #expect(digest(of: [changed]) != digest(of: [Self.base]))
    }

    @Test func `no two lists of schedules run together into one`() {
        let digests = [
            digest(of: [Self.definition(name: "a", kind: "b")]), digest(of: [Self.definition(name: "ab", kind: "")]),
            digest(of: [Self.definition(name: "", kind: "ab")]), digest(of: []), digest(of: [Self.base]),
            digest(of: [Self.base, Self.definition(name: "z")]),
        ]
        #expect(Set(digests).count == digests.count)
    }

    @Test func `a system that is switched off as a whole counts as its schedules switched off`() {
        var off = Configuration()
        off.investments.schedulerEnabled = false
        off.schedules = [Self.base]
        #expect(WiredSettings(off).scheduleDigest == digest(of: [Self.definition(enabled: false)]))
        // Another system's schedules do not mind.
        off.schedules = [Self.definition(kind: "test.work")]
        #expect(WiredSettings(off).scheduleDigest == digest(of: [Self.definition(kind: "test.work")]))
    }

    @Test func `what is no schedule does not change it`() {
        var other = Configuration()
        other.schedules = [Self.base]
        other.logging.level = .debug
        other.investments.batchSize = 7
        other.engine.drain = .seconds(1)
        #expect(WiredSettings(other).scheduleDigest == digest(of: [Self.base]))
    }

    private func digest(of schedules: [ScheduleDefinition]) -> String {
        var configuration = Configuration()
        configuration.schedules = schedules
        return WiredSettings(configuration).scheduleDigest
    }

    private static func definition(
        name: String = "daily", kind: String = "investments.value", payload: String = "{}", cron: String = "0 9 * * *",
        zone: String = "UTC", money: Bool = false, catchUp: ScheduleDefinition.CatchUp = .latest,
        catchUpLimit: Int = 100, maxLateness: Duration? = nil, overlap: ScheduleDefinition.Overlap = .queue,
        pauseOnFailure: Bool = false, enabled: Bool = true, stagger: Duration? = nil
    ) -> ScheduleDefinition {
        guard let expression = try? CronExpression(cron), let zone = try? Zone(zone) else {
            preconditionFailure("\(cron) in \(zone) is no rule")
        }
        return ScheduleDefinition(
            name: name, kind: kind, payload: payload, cron: expression, zone: zone, daysEither: false, money: money,
            catchUp: catchUp, catchUpLimit: catchUpLimit, maxLateness: maxLateness, overlap: overlap,
            pauseOnFailure: pauseOnFailure, enabled: enabled, stagger: stagger)
    }
}
