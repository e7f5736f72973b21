// Migrations: the schema, as plain SQL files that the binary carries. Each is applied once, in this order, in a
// transaction of its own; a file that has been applied anywhere never changes again.
//
// Never here: how they are applied (`Migrator`), SQL that a running daemon uses (it stands beside its rule).
// To add one: a file `NNNN_name.sql`, its line in Package.swift (`.embedInCode`), its line below. The name of the
// constant is the file's with a `_` in place of the first digit and of the dot.

package import Postgres

extension Migration {
    /// Every step of this build's schema, oldest first.
    package static let all: [Migration] = [
        Migration(1, "engine", PackageResources._001_engine_sql),
        Migration(2, "investments", PackageResources._002_investments_sql),
        Migration(3, "audit", PackageResources._003_audit_sql),
        Migration(4, "operators", PackageResources._004_operators_sql),
        Migration(5, "queues", PackageResources._005_queues_sql),
        Migration(6, "effects", PackageResources._006_effects_sql),
        Migration(7, "schedules", PackageResources._007_schedules_sql),
        Migration(8, "server_lives", PackageResources._008_server_lives_sql),
    ]

    private init(_ version: Int, _ name: String, _ text: [UInt8]) {
        self.init(version: version, name: name, sql: String(decoding: text, as: UTF8.self))
    }
}
