@testable import BursarDaemon
@testable import Config
import Investments
import Jobs
import JobsPostgres
import Postgres
import Testing

@Suite struct JobCatalogTests {
    @Test func `what the configuration says of a kind goes before what the kind says, key by key`() throws {
        let address = try PostgresAddress(uri: "postgresql:///none")
        let catalog = JobCatalog(
            pool: PostgresPool(address: address, size: 1), live: LiveSettings(WiredSettings(Configuration())))
        let kind = ValueInvestments.kind
        func gates(_ limits: [String: Configuration.KindLimit]) -> JobGates? {
            catalog.limits(limits).first { $0.kind == kind }?.gates
        }
        #expect(gates([:]) == .open)
        #expect(gates([kind.name: .init(concurrency: 2)]) == JobGates(concurrency: 2))
        #expect(gates([kind.name: .init(concurrency: 2, perKey: 1)]) == JobGates(concurrency: 2, perKey: 1))
        #expect(gates(["another.kind": .init(concurrency: 2)]) == .open)
        #expect(catalog.moneyKinds.isSubset(of: JobCatalog.kinds))
        #expect(JobCatalog.batchedKinds.isSubset(of: JobCatalog.kinds))
    }
}
