// bursard: the daemon as a process: its options, its standard error, its exit codes, its signals.
//
// What it does lies in BursarDaemon. Nothing here opens a database or runs a job, and the process's environment is
// read here alone and handed on as a value.

import ArgumentParser
import BursarDaemon
import FoundationEssentials
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// The daemon's command line.
@main
struct Bursard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bursard", abstract: "Runs the jobs that move money: on time, once, and with proof.",
        discussion: "Operate it with bursarctl. It stops in order on SIGTERM and SIGINT.",
        version: DaemonOptions().build)

    @Option(name: .long, help: ArgumentHelp("Configuration file; drop-ins are read from FILE.d.", valueName: "file"))
    var config: String?

    @Option(name: .long, help: ArgumentHelp("Where the embedded database and the admin socket live.", valueName: "dir"))
    var stateDirectory: String?

    @Option(name: .long, help: ArgumentHelp("Path of the admin socket.", valueName: "path"))
    var socket: String?

    @Flag(name: .long, help: "Load the demo school into an empty database and value it at once.")
    var demo = false

    func run() async throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let logger = Logger(label: "bursard")
        let options = DaemonOptions(configPath: config, stateDirectory: stateDirectory, socketPath: socket, demo: demo)
        let daemon = Daemon(options: options, environment: ProcessInfo.processInfo.environment, logger: logger) {
            if demo { Welcome(report: $0).show() }
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: daemon, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch let failure as DaemonFailure {
            Welcome.write("bursard: \(failure)\n", to: STDERR_FILENO)
            throw ExitCode(failure.exit.rawValue)
        } catch {
            Welcome.write("bursard: \(error)\n", to: STDERR_FILENO)
            throw ExitCode(DaemonFailure.Exit.bug.rawValue)
        }
    }
}
