import AdminAPI
import Audit
import Hummingbird
import JobsPostgres

/// Why an operator wants something, read strictly.
enum OperatorReason {
    /// Refuses one that is empty or too long.
    static func checked(_ reason: String?) throws(RequestRefusal) -> String? {
        guard let reason else { return nil }
        guard (1...OperatorOrder.reasonMax).contains(reason.utf8.count) else {
            throw .invalid(
                "body field reason", "the reason has \(reason.utf8.count) bytes",
                hint: "1 to \(OperatorOrder.reasonMax) bytes, or leave it out")
        }
        return reason
    }
}

extension AdminContext {
    /// Who asks, and why, for a change and its entry in the audit.
    func order(because reason: String?) async throws(RequestRefusal) -> OperatorOrder {
        OperatorOrder(
            actor: await actor(), channel: .socket, reason: try OperatorReason.checked(reason), request: id)
    }
}

extension RequestRefusal {
    /// Why the engine did not grant a wish. Says which files are meant where it is the configuration's.
    init(_ refusal: OperationRefusal, configFiles: [String]) {
        switch refusal.kind {
        case .notFound:
            self = .notFound(refusal.detail, hint: refusal.hint)
        case .conflict:
            let files = configFiles.isEmpty ? OperationRefusal.filePlace : configFiles.joined(separator: ", ")
            let place = refusal.place == OperationRefusal.filePlace ? files : refusal.place
            self.init(.conflict, "conflict", "Not now", refusal.detail, place: place, hint: refusal.hint)
        case .invalid:
            self = .invalid(refusal.place ?? "request", refusal.detail, hint: refusal.hint)
        }
    }
}

extension AdminResources {
    var schedules: ScheduleOperations { ScheduleOperations(pool: pool, audit: audit) }
    var jobs: JobOperations { JobOperations(pool: pool, audit: audit) }
    var queues: QueueOperations { QueueOperations(pool: pool, audit: audit, moneyKinds: moneyKinds) }
    var backfills: BackfillOperations { BackfillOperations(pool: pool, audit: audit) }

    /// What `body` gives; its refusals in the words of the API.
    func granting<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let refusal as OperationRefusal {
            throw RequestRefusal(refusal, configFiles: configFiles)
        }
    }
}
