import Config
import Testing

struct SchedulesDigestTests {
    private func digest(_ text: String) throws -> String {
        try ConfigurationLoader(environment: [:]).load(text: text, file: "f").configuration.schedulesDigest
    }

    private static let base = "kind: k, cron: 0 2 * * *, zone: UTC"

    @Test func `the digest stays what it was`() throws {
        #expect(try digest("") == "a6c71d2d023fc29edb493622aef747f0")
    }

    @Test func `it does not depend on how the file is written`() throws {
        let mapping = try digest("schedules:\n  a: {\(Self.base)}\n  b: {\(Self.base)}\n")
        let list = try digest(
            """
            engine: {workers: 9}
            schedules:
            - zone: UTC
              cron: "0  2 *\\t* *"
              kind: k
              name: b
            - {name: a, \(Self.base), money: false}
            """
        )
        #expect(mapping == list)
    }

    @Test func `it depends on everything that a schedule says`() throws {
        let variants = [
            "a: {\(Self.base)}", "b: {\(Self.base)}", "a: {kind: l, cron: 0 2 * * *, zone: UTC}",
            "a: {kind: k, cron: 0 3 * * *, zone: UTC}",
            "a: {kind: k, cron: 0 2 * * *, zone: Europe/Madrid}", "a: {\(Self.base), days: either}",
            "a: {\(Self.base), money: true}",
            "a: {\(Self.base), catch_up: none}", "a: {\(Self.base), catch_up_limit: 7}",
            "a: {\(Self.base), max_lateness: 1h}",
            "a: {\(Self.base), overlap: skip}", "a: {\(Self.base), pause_on_failure: true}",
            "a: {\(Self.base), stagger: 5m}",
            "a: {\(Self.base), enabled: false}", "a: {\(Self.base), payload: {x: 1}}",
        ]
        let digests = try variants.map { try digest("schedules: {\($0)}\n") }
        #expect(Set(digests).count == variants.count)
        #expect(digests.allSatisfy { $0.count == 32 })
    }
}
