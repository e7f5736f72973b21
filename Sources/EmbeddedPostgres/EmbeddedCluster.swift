/// A private PostgreSQL cluster in one directory. `start()` makes it, starts it, or takes over the server that a killed
/// daemon left; the server outlives its starter unless `stop()` is called.
///
/// While a value has started the cluster, no other process and no other value can: the directory is locked until
/// `stop()` returns or the value is gone.
package actor EmbeddedCluster {
    /// Can go to the next, and back to the first.
    private enum Phase {
        case idle
        /// A start or a stop is under way.
        case busy
        case holding(DirectoryClaim)
    }

    /// Where the database is once the cluster is started: a libpq URI of its superuser, without a password.
    package nonisolated let uri: String
    private let directory: ClusterDirectory
    private let settings: ClusterSettings
    private var phase = Phase.idle

    /// Fails for a path that can hold no cluster; touches nothing. A relative path begins at the current directory.
    package init(directory: String, settings: ClusterSettings = ClusterSettings()) throws(EmbeddedClusterError) {
        self.directory = try ClusterDirectory(directory)
        self.settings = settings
        uri = self.directory.uri(user: settings.superuser, database: settings.database)
    }

    /// Returns the address once the server takes connections. Starting what is started asks it again, and starts it
    /// anew if it died. When it fails, the directory is let go of, unless it was held before; a start that is cancelled
    /// leaves no server.
    package func start() async throws(EmbeddedClusterError) -> String {
        let before = try takeTurn()
        do throws(EmbeddedClusterError) {
            let claim = if let before { before } else { try DirectoryClaim(directory, settings: settings) }
            try await bringUp(claim)
            phase = .holding(claim)
        } catch {
            phase = before.map(Phase.holding) ?? .idle
            throw error
        }
        return uri
    }

    /// Stops the server, also one that another starter left running, and lets go of the directory.
    ///
    /// Finishes although the task that asks for it is cancelled.
    package func stop() async throws(EmbeddedClusterError) {
        let before = try takeTurn()
        do throws(EmbeddedClusterError) {
            if before != nil || ClusterSurvey(of: directory).runningProcess != nil {
                let claim = if let before { before } else { try DirectoryClaim(directory, settings: settings) }
                if let failure = await shutDown(claim) { throw failure }
            }
            phase = .idle
        } catch {
            phase = before.map(Phase.holding) ?? .idle
            throw error
        }
    }

    /// What the directory holds now. Starts nothing, locks nothing.
    package nonisolated func status() throws(EmbeddedClusterError) -> ClusterStatus {
        try directory.checkReadable()
        return ClusterSurvey(of: directory).status
    }

    private func bringUp(_ claim: DirectoryClaim) async throws(EmbeddedClusterError) {
        do {
            try await ClusterRunner(claim: claim, settings: settings).bringUp()
        } catch {
            // The start's own failure is the one to tell of; what could not be stopped is found by the next one.
            if error.code == .cancelled || error.code == .databaseFailed { _ = await shutDown(claim) }
            throw error
        }
    }

    private func shutDown(_ claim: DirectoryClaim) async -> EmbeddedClusterError? {
        let runner = ClusterRunner(claim: claim, settings: settings)
        // A shutdown handler: cancellation must not reach the programs that it runs.
        return await Task { await runner.shutDownFailure() }.value
    }

    private func takeTurn() throws(EmbeddedClusterError) -> DirectoryClaim? {
        switch phase {
        case .busy:
            throw EmbeddedClusterError(
                .busy, "the embedded database is being started or stopped already", at: directory.path,
                hint: "wait until that is done")
        case .idle:
            phase = .busy
            return nil
        case .holding(let claim):
            phase = .busy
            return claim
        }
    }
}
