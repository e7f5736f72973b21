// bursard: the daemon as a process: its options, its standard error, its exit codes, its signals.
//
// What it does lies in BursarDaemon. Nothing here opens a database or runs a job, and the process's environment is
// read here alone and handed on as a value.

import ArgumentParser
import BursarDaemon
import Events
import FoundationEssentials
import Glibc
import Logging
import ServiceLifecycle
import Systemd
import UnixSignals

/// The daemon's command line.
@main
struct Bursard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bursard", abstract: "Runs the jobs that move money: on time, once, and with proof.",
        discussion: """
            Operate it with bursarctl. It stops in order on SIGTERM and SIGINT, and reads its configuration again on
            SIGHUP.
            """,
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
        let environment = ProcessInfo.processInfo.environment
        let sink = LogDestination.detect(environment: environment).bootstrap(
            identifier: "bursard", level: .info, droppedEvent: Event.logLinesDropped.code,
            messageID: Event.messageID(of:))
        let hangUp = HangUp()
        let process = DaemonProcess(
            environment: environment, logger: Logger(label: "bursard"), hangUp: hangUp.signal,
            setLogLevel: { sink.level = $0 }, flushLog: { _ = sink.flush(within: Self.flushLimit) })
        let options = DaemonOptions(configPath: config, stateDirectory: stateDirectory, socketPath: socket, demo: demo)
        let daemon = Daemon(options: options, process: process) {
            if demo, environment["NOTIFY_SOCKET"] == nil { Welcome(report: $0).show() }
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: hangUp),
                    .init(service: daemon, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: process.quietLogger))
        do {
            try await group.run()
        } catch {
            throw exit(error, logger: process.logger, sink: sink)
        }
    }

    /// How long the log may take to its end.
    private static let flushLimit = Duration.seconds(2)

    /// Says why in one place: the journal has it with its fields, a terminal as the command's own last words.
    private func exit(_ error: any Error, logger: Logger, sink: LogSink) -> ExitCode {
        let failure = error as? DaemonFailure ?? DaemonFailure(.bug, "\(error)")
        if isatty(STDERR_FILENO) == 1 {
            _ = sink.flush(within: Self.flushLimit)
            Welcome.write("bursard: \(failure)\n", to: STDERR_FILENO)
        } else {
            logger.event(.startFailed, "\(failure)", metadata: ["exit_status": "\(failure.exit.rawValue)"])
            _ = sink.flush(within: Self.flushLimit)
        }
        return ExitCode(failure.exit.rawValue)
    }
}
