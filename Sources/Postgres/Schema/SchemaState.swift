internal import Primitives

/// How the schema in a database stands to the migrations that a build carries.
package enum SchemaState: Sendable, Hashable {
    /// Everything is applied.
    case current
    /// No migration was ever applied.
    case missing
    /// These versions are still to be applied.
    case behind(pending: [Int])
    /// The database has versions that this build does not know.
    case ahead(versions: [Int])
    /// This version's text is not the one that was applied, or it was passed over.
    case altered(version: Int)

    /// `checksums` belong to `known`, in order.
    init(known: [Migration], checksums: [String], applied: [AppliedMigration]) {
        let byVersion = Dictionary(uniqueKeysWithValues: zip(known.map(\.version), checksums))
        for migration in applied {
            guard let checksum = byVersion[migration.version], checksum != migration.checksum else { continue }
            self = .altered(version: migration.version)
            return
        }
        let unknown = applied.map(\.version).filter { byVersion[$0] == nil }
        let done = Set(applied.map(\.version))
        let pending = known.map(\.version).filter { !done.contains($0) }
        if let newest = applied.last?.version, let passedOver = pending.first(where: { $0 < newest }), unknown.isEmpty {
            self = .altered(version: passedOver)
        } else if !unknown.isEmpty {
            self = .ahead(versions: unknown)
        } else if applied.isEmpty, !known.isEmpty {
            self = .missing
        } else {
            self = pending.isEmpty ? .current : .behind(pending: pending)
        }
    }

    /// Why a build must not work with, or migrate, a schema in this state; nil when it may at least migrate.
    var refusal: PostgresError? {
        switch self {
        case .current, .missing, .behind: nil
        case .ahead(let versions):
            PostgresError(
                .schema, "the database has migrations that this build does not know: \(Self.list(versions))",
                hint: "install the build that made them or a newer one; going back needs a restored backup")
        case .altered(let version):
            PostgresError(
                .schema, "migration \(version) is not what was applied to this database",
                hint: "restore its text as it was applied, and put the change into a new migration at the end")
        }
    }

    private static func list(_ versions: [Int]) -> String {
        versions.map { String($0) }.joined(separator: ", ")
    }
}
