import Postgres

/// What a migration did, or would do.
struct MigrationReport: Encodable {
    private let database: String
    private let applied: [Step]
    private let pending: [Step]
    /// The version that this build expects.
    private let version: Int
    /// Why it was not written into the audit.
    var complaint: String?

    private enum CodingKeys: String, CodingKey {
        case database, applied, pending, version
    }

    private struct Step: Encodable {
        let version: Int
        let name: String

        init(_ migration: Migration) {
            version = migration.version
            name = migration.name
        }
    }

    init(database: String, applied: [Migration], pending: [Migration], latest: Migration?) {
        self.database = database
        self.applied = applied.map(Step.init)
        self.pending = pending.map(Step.init)
        version = latest?.version ?? 0
    }

    var text: String {
        var text = "database  \(printable(database))\n"
        for step in applied { text += "applied   \(step.version) \(step.name)\n" }
        for step in pending { text += "pending   \(step.version) \(step.name)\n" }
        if pending.isEmpty { text += "the schema is current: version \(version)\n" }
        return text
    }
}
