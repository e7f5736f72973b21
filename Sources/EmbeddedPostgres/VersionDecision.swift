/// Which installed version runs a cluster. Pure.
struct VersionDecision: Sendable {
    let directory: ClusterDirectory
    let installed: [Int: ServerBinaries]
    /// The name of the account that owns the cluster.
    let account: String
    let superuser: String

    /// For a new cluster: the highest that is supported.
    func forNew() throws(EmbeddedClusterError) -> ServerBinaries {
        if let best = newest { return best }
        let range = "\(ServerBinaries.supported.lowerBound) to \(ServerBinaries.supported.upperBound)"
        let others = installed.keys.sorted().map { "\($0)" }.joined(separator: ", ")
        throw EmbeddedClusterError(
            .serverMissing,
            others.isEmpty
                ? "no PostgreSQL server is installed"
                : "PostgreSQL \(others) is installed, and versions \(range) are supported",
            at: directory.path,
            hint: "apt-get install postgresql (version \(range)), or name a database elsewhere in the configuration")
    }

    /// For the cluster in the directory, made by `major`: that version and no other.
    func forExisting(major: Int) throws(EmbeddedClusterError) -> ServerBinaries {
        if let same = installed[major], ServerBinaries.supported.contains(major) { return same }
        var steps: [String] = []
        if ServerBinaries.supported.contains(major) {
            steps.append("to go on with it: apt-get install postgresql-\(major)")
        }
        if let newest, newest.major > major { steps.append("to upgrade it: " + upgrade(from: major, to: newest)) }
        if steps.isEmpty {
            steps.append("install a bursard that supports PostgreSQL \(major), or name another directory")
        }
        throw EmbeddedClusterError(
            .majorUnsupported,
            "the cluster was made by PostgreSQL \(major), which is not "
                + (ServerBinaries.supported.contains(major) ? "installed" : "supported"),
            at: directory.data, hint: steps.joined(separator: "; "))
    }

    private var newest: ServerBinaries? {
        installed.filter { ServerBinaries.supported.contains($0.key) }.max { $0.key < $1.key }?.value
    }

    /// One command line. It needs the programs of both versions, and leaves the old cluster in `data.<major>`.
    private func upgrade(from major: Int, to new: ServerBinaries) -> String {
        let old = installed[major]?.directory ?? "/usr/lib/postgresql/\(major)/bin"
        let fetch = installed[major] == nil ? "apt-get install postgresql-\(major) && " : ""
        let next = "data.\(new.major)"
        return fetch + "cd '\(directory.path)' && runuser -u \(account) -- sh -c '"
            + "\(new.path("initdb")) -D \(next) -U \(superuser) -E UTF8 --locale=C.UTF-8 -k -A trust && "
            + "\(new.path("pg_upgrade")) -b \(old) -B \(new.directory) -d data -D \(next) -U \(superuser) && "
            + "mv data data.\(major) && mv \(next) data'"
    }
}
