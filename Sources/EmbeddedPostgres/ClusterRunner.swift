/// Performs a start and a stop in a directory that is claimed. Holds no state: each step begins with a look at it.
struct ClusterRunner: Sendable {
    let directory: ClusterDirectory
    let settings: ClusterSettings
    let account: ServerAccount
    let commands: ServerCommands

    private static let pause: Duration = .milliseconds(100)
    /// How long processes of a server that died may hold its memory before a start gives up.
    static let lingeringMax: Duration = .seconds(30)
    /// How often a server that says it is ready may refuse the first question.
    static let refusalsMax = 100

    /// What a start has done and found so far.
    struct Progress {
        var isConfigured = false
        var refusals = 0
        var complaint = "it is still starting or recovering"
        let begin = ContinuousClock().now
    }

    init(claim: DirectoryClaim, settings: ClusterSettings) {
        directory = claim.directory
        self.settings = settings
        account = claim.account
        commands = ServerCommands(directory: claim.directory, account: claim.account, isDropped: claim.isDropped)
    }

    /// Goes step by step until the server takes connections and the database is there.
    func bringUp() async throws(EmbeddedClusterError) {
        try await checkReach()
        let versions = try await versions()
        var progress = Progress()
        while progress.begin.duration(to: ContinuousClock().now) < settings.startTimeout {
            switch LaunchDecision.decide(ClusterSurvey(of: directory)) {
            case .initialize:
                try await initialize(with: versions.forNew())
            case .launch(let major):
                try await launch(with: versions.forExisting(major: major), &progress)
            case .ask(let major):
                let binaries = try versions.forExisting(major: major)
                if try await isReady(binaries, &progress) { return try await makeDatabase(with: binaries) }
            case .discardProcessFiles:
                try await discardProcessFiles()
            case .wait:
                try await rest()
            case .refuseForeign:
                throw EmbeddedClusterError(
                    .notACluster, "it is there and is no PostgreSQL cluster", at: directory.data,
                    hint: "move it away, or name another directory")
            case .refuseSingleUser(let processID):
                throw EmbeddedClusterError(
                    .inUse, "somebody runs PostgreSQL in single-user mode on it as process \(processID)",
                    at: directory.data, hint: "end that process first")
            }
        }
        throw EmbeddedClusterError(
            .notReady, "the server took no connections within \(settings.startTimeout): \(progress.complaint)",
            at: directory.path, hint: "read \(directory.log); the server was left running, so start again to wait on")
    }

    /// Stops the server if one runs: sessions are ended at once, and after `stopTimeout` without a checkpoint.
    func shutDown() async throws(EmbeddedClusterError) {
        guard ClusterSurvey(of: directory).runningProcess != nil else { return }
        guard case .cluster(let major) = ClusterSurvey(of: directory).data else { return }
        let binaries = try await versions().forExisting(major: major)
        var complaint = ""
        for mode in ["fast", "immediate"] {
            let seconds = "\(max(1, settings.stopTimeout.components.seconds))"
            let outcome = try await commands.run(
                binaries.path("pg_ctl"), ["stop", "-D", directory.data, "-m", mode, "-w", "-t", seconds, "-s"])
            guard let processID = ClusterSurvey(of: directory).runningProcess else { return }
            complaint = "process \(processID) is still there: \(outcome.excerpt)"
        }
        throw EmbeddedClusterError(
            .stopFailed, "the server did not stop: \(complaint)", at: directory.path, hint: "read \(directory.log)")
    }
}

extension ClusterRunner {
    /// `shutDown` for a task that cannot throw a typed error.
    func shutDownFailure() async -> EmbeddedClusterError? {
        do {
            try await shutDown()
            return nil
        } catch {
            return error
        }
    }

    private func versions() async throws(EmbeddedClusterError) -> VersionDecision {
        let installed = try await ServerBinaries.installed(settings.search) { program throws(EmbeddedClusterError) in
            try await commands.run(program, ["--version"]).output
        }
        return VersionDecision(
            directory: directory, installed: installed, account: account.name, superuser: settings.superuser)
    }

    func rest() async throws(EmbeddedClusterError) {
        do {
            try await Task.sleep(for: Self.pause)
        } catch {
            throw .cancelled(directory)
        }
    }
}
