import Events
package import Jobs
import Logging
import Postgres
import Primitives

extension PostgresJobStore {
    package func block(_ bucket: String, for pause: Duration) async throws {
        try await pool.run(BlockBucket(name: bucket, pause: pause, now: time?.now()))
    }

    /// A refusal is an answer. A failure of the database, or of reading the payload, says nothing about the other side.
    package func judge(_ claim: Claim, failure: (any Error)?) async throws {
        guard let breaker = kinds[claim.kind]?.gates.breaker else { return }
        if failure is PostgresError || failure is PayloadUnreadable { return }
        guard let failure, FailureClass(of: failure) != .refused else {
            try await pool.run(CloseBreaker(name: breaker.name))
            return
        }
        let openUntil = try await pool.first(
            StrikeBreaker(name: breaker.name, error: "\(failure)", now: time?.now()))
        guard let openUntil = openUntil ?? nil else { return }
        logger?.event(
            .breakerOpened, "\(breaker.name) is left alone for a while: it failed again and again",
            metadata: ["breaker": "\(breaker.name)", "until": "\(openUntil.rfc3339)", "error": "\(failure)"])
    }
}
