import Glibc

extension ClusterRunner {
    /// Names the directory on the way that the account may not pass.
    func checkReach() async throws(EmbeddedClusterError) {
        guard commands.isDropped else { return }
        if try await commands.run("/usr/bin/test", ["-x", directory.path]).isSuccess { return }
        var place = ""
        for component in directory.path.split(separator: "/").dropLast() {
            place += "/" + component
            if try await commands.run("/usr/bin/test", ["-x", place]).isSuccess { continue }
            throw EmbeddedClusterError(
                .directoryUnreachable, "\(account.name), the account that the server runs as, may not pass through it",
                at: place,
                hint: "chmod o+x '\(place)', or choose another directory for the database, such as"
                    + " /var/lib/bursar/postgres")
        }
        throw EmbeddedClusterError(
            .directoryUnreachable, "\(account.name), the account that the server runs as, cannot enter it",
            at: directory.path, hint: "chown \(account.name) '\(directory.path)'; chmod 0700 '\(directory.path)'")
    }

    /// A killed initdb leaves a directory that is never taken for a cluster; it is removed before the next try.
    func initialize(with binaries: ServerBinaries) async throws(EmbeddedClusterError) {
        let fresh = "\(directory.data).new.\(UInt32.random(in: 0...UInt32.max))"
        var arguments = [
            "-D", fresh, "-U", settings.superuser, "-E", "UTF8", "--locale=C.UTF-8", "-k", "-A", "peer",
            "--no-instructions",
        ]
        if !settings.isDurable { arguments.append("-N") }
        let swept = try await commands.shell("rm -rf -- \"$1\".new.*", [directory.data])
        guard swept.isSuccess else { throw initializationFailed(swept) }
        let made = try await commands.run(binaries.path("initdb"), arguments)
        guard made.isSuccess else { throw initializationFailed(made) }
        let renamed = try await commands.shell(
            "mv -T -- \"$1\" \"$2\"\nsync -- \"$3\"", [fresh, directory.data, directory.path])
        guard renamed.isSuccess else { throw initializationFailed(renamed) }
    }

    private func initializationFailed(_ outcome: ServerCommands.Outcome) -> EmbeddedClusterError {
        EmbeddedClusterError(
            .initializationFailed, "no cluster could be made: \(outcome.excerpt)", at: directory.data,
            hint: "check that the disk has room and that \(account.name) may write to \(directory.path)")
    }

    /// Writes the files that make the cluster private, each whole or not at all, and begins the start log anew.
    func configure() async throws(EmbeddedClusterError) {
        let text = ClusterConfiguration(
            directory: directory, settings: settings,
            memory: Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE))),
            accounts: [account.name, ServerAccount.numbered(ServerAccount.rootID)?.name ?? "root"])
        let script = """
            cd -- "$1"; rm -f -- "$2"; include=$3; shift 3
            while [ "$#" -ge 2 ]; do printf %s "$2" > "$1.new"; mv -f -- "$1.new" "$1"; shift 2; done
            grep -qxF -- "$include" postgresql.conf ||
                printf '\\n%s\\ninclude_if_exists = %s\\n' "$include" "'../local.conf'" >> postgresql.conf
            """
        let outcome = try await commands.shell(
            script,
            [
                directory.data, directory.startLog, ClusterConfiguration.include,
                "bursar.conf", text.parameters, "pg_hba.conf", text.access, "pg_ident.conf", text.identities,
            ])
        guard outcome.isSuccess else {
            throw EmbeddedClusterError(
                .launchFailed, "its settings could not be written: \(outcome.excerpt)", at: directory.data,
                hint: "check that the disk has room and that \(account.name) may write there")
        }
    }

    func discardProcessFiles() async throws(EmbeddedClusterError) {
        let outcome = try await commands.shell("rm -f -- \"$@\"", [directory.processFile, directory.socketLock])
        guard outcome.isSuccess else {
            throw EmbeddedClusterError(
                .launchFailed, "the files of a server that is gone cannot be removed: \(outcome.excerpt)",
                at: directory.processFile, hint: "remove it and \(directory.socketLock)")
        }
    }
}
