import DatabaseTestSupport
import Effects
import Postgres
import Primitives
import ProviderSupport
import TestSupport
import Testing

@Suite struct ChaosTests {
    /// Deaths, drops, late effects, forgotten keys, lost and repeated webhooks, refusals that are not meant for ever,
    /// and a database that is put back to older copies of itself.
    @Test(arguments: Proof.isLong ? Array(1...20) : [1, 2, 3])
    func `every payment is made once or not at all, whatever dies and whatever is forgotten`(seed: UInt64) async throws
    {
        let size = Chaos.Size(
            obligations: Proof.isLong ? 1_500 : 500, restores: seed == 1 ? 0 : 3,
            workers: seed.isMultiple(of: 3) ? 1 : 3)
        let chaos = Chaos(seed: seed, size: size)
        let verdict = try await withDatabase { try await ChaosRun(chaos: chaos, database: $0).run() }
        #expect(verdict.double == [], "seed \(seed)")
        #expect(verdict.lost == [], "seed \(seed)")
        #expect(verdict.wrong == [], "seed \(seed)")
        #expect(chaos.provider.misuses == [], "seed \(seed)")
        #expect(!chaos.log.codes.contains("BRS-8102"), "seed \(seed): the company contradicted itself")
        #expect(verdict.done > size.obligations / 2, "seed \(seed)")
        try Proof.record(
            "effects",
            [
                "visited": size.obligations, "all": size.obligations, "kills": chaos.deaths.count,
                "restores": verdict.restores, "done": verdict.done, "refused": verdict.refused,
                "reversed": verdict.reversed, "parked": verdict.parked, "double": verdict.double.count,
                "lost": verdict.lost.count,
            ])
    }
}
