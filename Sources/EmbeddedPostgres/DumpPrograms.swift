import FoundationEssentials
import Subprocess
import SystemPackage

/// pg_dump, pg_restore and psql of one major version, which write a database into a file and bring it back.
package struct DumpPrograms: Sendable, Hashable {
    /// Programs that run for as long as the database is large.
    package enum Program: String, Sendable, Hashable, CaseIterable {
        case dump = "pg_dump"
        case restore = "pg_restore"
        case shell = "psql"
    }

    package let major: Int
    private let directory: String

    /// What a program said. A status of nil: a signal ended it.
    package struct Outcome: Sendable, Hashable {
        package let status: Int32?
        package let output: String
        package let complaint: String

        package var isSuccess: Bool { status == 0 }
        /// Its last words, for an error.
        package var excerpt: String { ServerLog.excerpt(complaint.isEmpty ? output : complaint) }
    }

    private static let outputMax = 16_777_216
    private static let complaintMax = 1_048_576
    /// How long a cancelled program may tidy up.
    private static let teardown = TeardownStep.gracefulShutDown(allowedDurationToNextStep: .seconds(5))

    /// The programs of the lowest installed version that can read a server of this one.
    package static func find(
        forServer server: Int, in search: BinarySearch = .standard
    ) throws(EmbeddedClusterError) -> DumpPrograms {
        let latest = max(server, ServerBinaries.supported.upperBound)
        for major in server...latest {
            let places = search.patterns.map {
                $0.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "\(major)")
            }
            if let directory = places.first(where: isComplete) {
                return DumpPrograms(major: major, directory: directory)
            }
        }
        throw EmbeddedClusterError(
            .serverMissing, "no pg_dump, pg_restore and psql of PostgreSQL \(server) or newer were found",
            at: search.patterns.joined(separator: ", "),
            hint: "install them: apt-get install postgresql-client-\(server)")
    }

    private static func isComplete(_ directory: String) -> Bool {
        Program.allCases.allSatisfy { FileManager.default.isExecutableFile(atPath: "\(directory)/\($0.rawValue)") }
    }

    /// Where a program is.
    package func path(_ program: Program) -> String { "\(directory)/\(program.rawValue)" }

    /// Runs a program as this process's account, so that it reaches what the operator reaches.
    ///
    /// - Parameter settings: goes before the environment; nil takes a variable out of it.
    package func run(
        _ program: Program, _ arguments: [String], settings: [String: String?]
    ) async throws(EmbeddedClusterError) -> Outcome {
        try await run(path(program), arguments, settings: settings)
    }

    /// Runs a program that writes into a file that is open already.
    package func run(
        _ program: Program, _ arguments: [String], settings: [String: String?], into descriptor: Int32
    ) async throws(EmbeddedClusterError) -> Outcome {
        do {
            let result = try await Subprocess.run(
                .path(FilePath(path(program))), arguments: Arguments(arguments), environment: environment(settings),
                platformOptions: Self.options,
                output: .fileDescriptor(FileDescriptor(rawValue: descriptor), closeAfterSpawningProcess: false),
                error: .string(limit: Self.complaintMax))
            if Task.isCancelled { throw CancellationError() }
            return Outcome(
                status: Self.code(result.terminationStatus), output: "", complaint: result.standardError)
        } catch {
            throw failure(path(program), error)
        }
    }

    /// Runs a POSIX shell script that stops at its first failure. Arguments arrive as `$1`, `$2` and so on.
    package func script(
        _ script: String, _ arguments: [String], settings: [String: String?]
    ) async throws(EmbeddedClusterError) -> Outcome {
        try await run("/bin/sh", ["-euc", "umask 077\n" + script, "sh"] + arguments, settings: settings)
    }

    private func run(
        _ path: String, _ arguments: [String], settings: [String: String?]
    ) async throws(EmbeddedClusterError) -> Outcome {
        do {
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments), environment: environment(settings),
                platformOptions: Self.options,
                output: .string(limit: Self.outputMax), error: .string(limit: Self.complaintMax))
            if Task.isCancelled { throw CancellationError() }
            return Outcome(
                status: Self.code(result.terminationStatus), output: result.standardOutput,
                complaint: result.standardError)
        } catch {
            throw failure(path, error)
        }
    }

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.teardownSequence = [teardown]
        return options
    }

    private func environment(_ settings: [String: String?]) -> Environment {
        var changes: [Environment.Key: String?] = ["LC_ALL": "C.UTF-8"]
        for (name, value) in settings {
            if let key = Environment.Key(rawValue: name) { changes.updateValue(value, forKey: key) }
        }
        return .inherit.updating(changes)
    }

    private static func code(_ status: TerminationStatus) -> Int32? {
        if case .exited(let code) = status { code } else { nil }
    }

    private func failure(_ path: String, _ error: any Error) -> EmbeddedClusterError {
        if error is CancellationError {
            return EmbeddedClusterError(.cancelled, "it was cancelled", at: path, hint: "start again")
        }
        return EmbeddedClusterError(
            .commandFailed, "it could not be run: \(error)", at: path, hint: "check that it is there and may be run")
    }
}
