extension ClusterRunner {
    func launch(with binaries: ServerBinaries, _ progress: inout Progress) async throws(EmbeddedClusterError) {
        try await configure()
        progress.isConfigured = true
        let seconds = "\(max(1, settings.startTimeout.components.seconds))"
        let outcome = try await commands.run(
            binaries.path("pg_ctl"),
            ["start", "-D", directory.data, "-l", directory.startLog, "-w", "-t", seconds, "-s"])
        if outcome.isSuccess || ClusterSurvey(of: directory).runningProcess != nil { return }
        let log = try await recentLog()
        if ServerLog.saysFormerServerLingers(log),
            progress.begin.duration(to: ContinuousClock().now) < Self.lingeringMax
        {
            return try await rest()
        }
        let words = ServerLog.excerpt(log)
        throw EmbeddedClusterError(
            .launchFailed, "the server did not start: \(words.isEmpty ? outcome.excerpt : words)", at: directory.data,
            hint: "read \(directory.startLog) and \(directory.log); settings of your own are in"
                + " \(directory.path)/local.conf")
    }

    /// Whether the server that answers in the directory is the directory's. One that was adopted gets today's settings.
    func isReady(_ binaries: ServerBinaries, _ progress: inout Progress) async throws(EmbeddedClusterError) -> Bool {
        if !progress.isConfigured {
            try await configure()
            _ = try await commands.run(binaries.path("pg_ctl"), ["reload", "-D", directory.data, "-s"])
            progress.isConfigured = true
        }
        let answer = try await ask(binaries, "SHOW data_directory")
        if answer.isSuccess {
            let place = String(answer.output.prefix { !$0.isNewline })
            if let its = SmallFile.identity(place), let ours = SmallFile.identity(directory.data), its == ours {
                return true
            }
            throw EmbeddedClusterError(
                .inUse, "another cluster, \(place), answers on its socket", at: directory.socketPath,
                hint: "stop that server, or name another directory")
        }
        progress.complaint = answer.excerpt
        progress.refusals += 1
        guard progress.refusals < Self.refusalsMax else {
            throw EmbeddedClusterError(
                .notReady, "the server runs and refuses its starter: \(answer.excerpt)", at: directory.path,
                hint: "read \(directory.log); settings of your own are in \(directory.path)/local.conf")
        }
        try await rest()
        return false
    }

    func makeDatabase(with binaries: ServerBinaries) async throws(EmbeddedClusterError) {
        let name = settings.database.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        let found = try await ask(binaries, "SELECT 1 FROM pg_database WHERE datname = '\(name)'")
        if found.isSuccess && found.output.hasPrefix("1") { return }
        let made = try await commands.run(
            binaries.path("createdb"),
            ["-h", directory.path, "-p", "\(ClusterDirectory.port)", "-U", settings.superuser, "--", settings.database])
        guard made.isSuccess else {
            throw EmbeddedClusterError(
                .databaseFailed, "the database \(settings.database) could not be made: \(made.excerpt)",
                at: directory.path, hint: "read \(directory.log)")
        }
    }

    private func ask(
        _ binaries: ServerBinaries, _ sql: String
    ) async throws(EmbeddedClusterError)
        -> ServerCommands.Outcome
    {
        try await commands.run(
            binaries.path("psql"),
            [
                "-XAtq", "-h", directory.path, "-p", "\(ClusterDirectory.port)", "-U", settings.superuser, "-d",
                "postgres",
                "-c", sql,
            ])
    }

    /// What the server said before it could log, and the newest of its logs.
    func recentLog() async throws(EmbeddedClusterError) -> String {
        let script = """
            tail -n 20 -- "$1" || :
            if grep -q 'redirecting log output' -- "$1"; then
                newest=$(ls -t -- "$2" | head -n 1); [ -z "$newest" ] || tail -n 20 -- "$2/$newest"
            fi
            """
        return try await commands.shell(script, [directory.startLog, directory.log]).output
    }
}
