import AdminAPI
import Config
import Primitives

/// Looks at everything at once, each sight within a time limit.
struct DoctorSurvey: Sendable {
    private let session: Session
    /// As the option says.
    private let socket: String?
    private let configurationPath: String?

    /// For each sight: all of them are under way together.
    private let limit: Duration

    /// - Parameters:
    ///   - socket: goes before what the environment and the configuration say.
    ///   - configurationPath: nil: the default file.
    init(_ session: Session, socket: String?, configurationPath: String?, limit: Duration = .seconds(2)) {
        self.session = session
        self.socket = socket
        self.configurationPath = configurationPath
        self.limit = limit
    }

    /// What there is to see for the stages up to `last`.
    func facts(upTo last: DoctorStage) async -> DoctorFacts {
        let configuration = loaded()
        let socket = socketPath(configuration)
        let socketFailure = SocketProbe.failure(at: socket.path)
        async let unit = UnitSurvey.unit()
        async let clock = UnitSurvey.isClockSynchronised()
        async let daemon = daemonFacts(socket, failure: socketFailure)
        async let database = databaseSight(configuration, upTo: last)
        let seenUnit = await unit
        let seenDaemon = await daemon
        let directory = stateDirectory(configuration)
        return DoctorFacts(
            now: session.time.now(), unit: seenUnit, process: ProcessSurvey.process(seenUnit, seenDaemon),
            configuration: configuration, stateDirectory: FileSurvey.file(directory),
            space: FileSurvey.space(directory), credentials: FileSurvey.credentials(of: seenUnit),
            socket: SocketFacts(
                path: socket, file: FileSurvey.file(socket.path), failure: socketFailure),
            daemon: seenDaemon, isClockSynchronised: await clock, database: await database)
    }

    private func loaded() -> Result<LoadedConfiguration, ConfigurationErrors> {
        let loader = ConfigurationLoader(environment: session.environment)
        do {
            return .success(try loader.load(path: configurationPath))
        } catch {
            return .failure(error)
        }
    }

    private func socketPath(_ configuration: Result<LoadedConfiguration, ConfigurationErrors>) -> SocketPath {
        SocketPath.resolve(
            option: socket, environment: session.environment, configured: try? configuration.get(),
            exists: { FileSurvey.file($0).value?.exists == true })
    }

    private func stateDirectory(_ configuration: Result<LoadedConfiguration, ConfigurationErrors>) -> String {
        (try? configuration.get())?.configuration.stateDirectory ?? Configuration().stateDirectory
    }

    private func daemonFacts(_ socket: SocketPath, failure: Int32?) async -> Sight<DaemonFacts> {
        guard failure == nil else { return .hidden("no daemon answers") }
        let facts: Sight<DaemonFacts>? = try? await within(limit) {
            do {
                return try await AdminClient.with(socket) { .seen(try await DaemonSurvey.facts(from: $0)) }
            } catch let failure as CommandFailure {
                return .hidden(failure.message)
            } catch {
                return .hidden("\(error)")
            }
        }
        return facts ?? .hidden("the daemon did not answer within \(limit.components.seconds) s")
    }

    private func databaseSight(
        _ configuration: Result<LoadedConfiguration, ConfigurationErrors>, upTo last: DoctorStage
    ) async -> DatabaseSight {
        guard last.rawValue >= DoctorStage.database.rawValue else { return .hidden("not asked for") }
        guard let loaded = try? configuration.get() else { return .hidden("the configuration is wrong") }
        let time = session.time
        let limit = limit
        let sight = try? await within(limit) { await DatabaseSurvey(loaded, time: time, limit: limit).sight() }
        let seconds = limit.components.seconds
        return sight
            ?? .unreached(
                address: "\(loaded.rows.first { $0.path == "database.url" }.map { "\($0.value)" } ?? "")",
                failure: CommandFailure(.unavailable, "no answer within \(seconds) s"))
    }
}
