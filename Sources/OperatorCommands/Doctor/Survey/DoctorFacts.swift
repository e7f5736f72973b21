import AdminAPI
import Config
import Postgres
import Primitives

/// All that was seen, before anything is judged.
struct DoctorFacts: Sendable {
    var now: Instant
    var unit: Sight<UnitFacts>
    var process: Sight<ProcessFacts>
    var configuration: Result<LoadedConfiguration, ConfigurationErrors>
    var stateDirectory: Sight<FileFacts>
    var space: Sight<SpaceFacts>
    /// Those that the unit hands over, by path.
    var credentials: Sight<[CredentialFacts]>
    var socket: SocketFacts
    var daemon: Sight<DaemonFacts>
    /// Whether the kernel's clock follows others.
    var isClockSynchronised: Sight<Bool>
    var database: DatabaseSight
}

/// What systemd says of the unit.
struct UnitFacts: Sendable {
    var properties: [String: String]
    /// Of the unit's socket.
    var socketProperties: [String: String]

    subscript(name: String) -> String { properties[name] ?? "" }

    var isInstalled: Bool { self["LoadState"] == "loaded" }
}

/// What the kernel says of the daemon's process.
struct ProcessFacts: Sendable {
    var processID: Int
    var name: String
    /// The program's file; it ends in ` (deleted)` once a newer one took its place.
    var program: Sight<String>
    /// The soft limit of open files.
    var openFiles: Sight<Int>
}

/// What a path leads to.
struct FileFacts: Sendable {
    var path: String
    /// Permission bits; nil when nothing is there.
    var mode: UInt32?
    var isDirectory = false
    var isSocket = false

    var exists: Bool { mode != nil }
}

struct SpaceFacts: Sendable {
    var path: String
    var freeBytes: Int64
    var totalBytes: Int64
    var freeFiles: Int64
    var totalFiles: Int64
}

struct CredentialFacts: Sendable {
    var name: String
    var file: FileFacts
}

struct SocketFacts: Sendable {
    var path: SocketPath
    var file: Sight<FileFacts>
    /// Why nobody answers, as the kernel says; nil when somebody listens.
    var failure: Int32?
}

/// What the daemon says of itself.
struct DaemonFacts: Sendable {
    var took: Duration
    var status: StatusAnswer
    var health: Sight<HealthAnswer>
    var configuration: Sight<ConfigurationAnswer>
    var schedules: Sight<[ScheduleAnswer]>
}

/// How far the way to the database goes.
enum DatabaseSight: Sendable {
    /// Was not looked at, and why.
    case hidden(String)
    case unnamed(CommandFailure)
    case unreached(address: String, failure: CommandFailure)
    case reached(DatabaseFacts)
}

struct DatabaseFacts: Sendable {
    var address: String
    var roundTrip: Duration
    var server: ServerFacts
    var schema: Sight<SchemaState>
    var selfTests: Sight<[SelfTest.Finding]>
    var work: Sight<WorkFacts>
}
