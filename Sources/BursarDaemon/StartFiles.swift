import Audit
import Config
import Events
import FoundationEssentials
import Glibc
import Logging
import Systemd

/// What the daemon is handed at its start besides its command line: the configuration, credentials, a socket.
struct StartFiles: Sendable {
    let loaded: LoadedConfiguration
    /// Of the database, when a credential holds it.
    let password: String?
    /// Listens already; nil when the daemon binds its own.
    let adminListener: CInt?
    private let auditKeyCredential: [UInt8]?
    private let logger: Logger

    static let passwordCredential = "database.password"
    static let auditKeyCredential = "audit.key"
    /// `FileDescriptorName=` of the socket unit: where several are handed over, this one.
    private static let listenerName = "admin"
    private static let directoryMode = 0o750

    init(process: DaemonProcess, load: () throws(ConfigurationErrors) -> LoadedConfiguration) throws {
        logger = process.logger
        do {
            loaded = try load()
        } catch {
            throw DaemonFailure(.config, "\(error)")
        }
        for warning in loaded.warnings { logger.event(.configurationWarning, "\(warning)") }
        do {
            let credentials = Credentials(environment: process.environment)
            password = try credentials.text(Self.passwordCredential)
            auditKeyCredential = try credentials.read(Self.auditKeyCredential)
        } catch {
            process.logger.event(.credentialUnreadable, "\(error)")
            throw DaemonFailure(.config, "\(error)")
        }
        do {
            let listeners = try ListenDescriptor.take(environment: process.environment)
            let usable = listeners.filter(\.acceptsConnections)
            let listener = usable.first { $0.name == Self.listenerName } ?? usable.first
            // Who asks over the network cannot be named yet, and would be let in.
            if let listener, !listener.isLocal {
                throw DaemonFailure(
                    .config, "the socket \(listener.name) that was handed over is not a Unix socket; "
                        + "let ListenStream= of the socket unit be a path")
            }
            adminListener = listener?.descriptor
        } catch {
            throw DaemonFailure(.config, "\(error)")
        }
        if password == nil, let url = process.environment["BURSAR_DATABASE_URL"], DatabaseURL.holdsPassword(url) {
            process.logger.event(
                .plainSecretInEnvironment,
                "BURSAR_DATABASE_URL holds a password, which every process of this user can read")
        }
    }

    /// The key of the audit's chain: the credential, else the file of the state directory, made when it is not there.
    func auditKey(stateDirectory: String) throws -> AuditKey {
        do {
            try FileManager.default.createDirectory(
                atPath: stateDirectory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: Self.directoryMode])
        } catch {
            throw DaemonFailure(
                .config, "\(stateDirectory): the state directory cannot be made; set state_directory to another path")
        }
        do {
            return try AuditKey.load(credential: auditKeyCredential, file: stateDirectory + "/audit.key") {
                logger.event(.auditKeyMade, "made the audit's key in \(stateDirectory)/audit.key; keep a copy of it")
            }
        } catch {
            throw DaemonFailure(.config, "\(error)")
        }
    }
}
