/// The text of the files that make a cluster private. Pure.
struct ClusterConfiguration: Sendable {
    let directory: ClusterDirectory
    let settings: ClusterSettings
    /// Of the machine, in bytes.
    let memory: Int
    /// Accounts of the system that may connect: the server's own, the starter's, root's.
    let accounts: [String]

    /// The line of postgresql.conf that reads `bursar.conf`.
    static let include = "include = 'bursar.conf'"
    private static let notice =
        "# Written by bursard at each start: edits are lost. Settings of your own belong into ../local.conf.\n"

    /// `bursar.conf`.
    var parameters: String {
        var lines: [(String, String)] = [
            // Nobody reaches it but through the socket in the private directory.
            ("listen_addresses", ""),
            ("port", "\(ClusterDirectory.port)"),
            ("unix_socket_directories", "\"\(directory.path)\""),
            ("unix_socket_permissions", "0700"),
            ("max_connections", "\(settings.maxConnections)"),
            ("shared_buffers", "\(sharedBuffers / mebibyte)MB"),
            ("min_wal_size", "256MB"),
            ("max_wal_size", "2GB"),
            ("wal_compression", "on"),
            // Generated code needs memory that is writable and executable, which the unit denies.
            ("jit", "off"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("logging_collector", "on"),
            ("log_directory", directory.log),
            // One file a weekday, begun anew a week later: a week is kept, and no more.
            ("log_filename", "postgresql-%a.log"),
            ("log_truncate_on_rotation", "on"),
            ("log_rotation_age", "1d"),
            ("log_rotation_size", "0"),
            ("log_checkpoints", "off"),
            ("log_line_prefix", "%m [%p] %q%u@%d %a "),
        ]
        for (name, on) in [("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on")] {
            lines.append((name, settings.isDurable ? on : "off"))
        }
        lines += settings.parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return Self.notice + lines.map { "\($0.0) = \(Self.quoted($0.1))\n" }.joined()
    }

    /// `pg_hba.conf`.
    var access: String {
        Self.notice + "local all all peer map=bursar\nlocal replication all peer map=bursar\n"
    }

    /// `pg_ident.conf`.
    var identities: String {
        var seen: Set<String> = []
        let distinct = accounts.filter { seen.insert($0).inserted }
        let lines = distinct.flatMap { account in
            settings.roles.map { role in "bursar \"\(account)\" \"\(role)\"\n" }
        }
        return Self.notice + lines.joined()
    }

    /// A sixteenth of the machine: the daemon, the app beside it and the page cache want the rest.
    var sharedBuffers: Int {
        min(max(memory / 16, 128 * mebibyte), 1_024 * mebibyte)
    }

    private static func quoted(_ value: String) -> String {
        "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}

private let mebibyte = 1_048_576
