import Audit
import Investments
import Postgres
import Primitives

/// What the routes answer from.
struct AdminResources: Sendable {
    let pool: PostgresPool
    /// Where every change is written down, in its own transaction.
    let audit: AuditTrail
    let build: String
    let isEmbedded: Bool
    /// Without its password.
    let address: String
    let socketPath: String
    let configFiles: [String]
    /// The kinds of jobs that this build knows to be backed by money.
    let moneyKinds: Set<String>
    /// Asked for at each question: a reload may have changed it.
    let firstRate: @Sendable () -> FirstRatePolicy
    let time: any TimeSource
    let startedAt: Instant
    /// Nil in tools and tests that have no daemon around them.
    let control: (any DaemonControl)?
}

/// One thing that must hold before the daemon takes work.
package struct ReadinessCheck: Sendable, Hashable {
    package let name: String
    package let passed: Bool
    /// What was found, and what to do about it when it did not pass.
    package let detail: String

    package init(name: String, passed: Bool, detail: String) {
        self.name = name
        self.passed = passed
        self.detail = detail
    }
}
