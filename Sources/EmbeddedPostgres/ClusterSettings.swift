/// How an embedded cluster is run. The defaults are those of a production daemon.
package struct ClusterSettings: Sendable {
    /// False only for a cluster that may be lost: nothing in it is ever flushed to the disk.
    package var isDurable = true
    package var maxConnections = 100
    /// The account that the server runs as when root starts it in a directory that nobody owns yet.
    package var account = "postgres"
    /// The database that `start()` makes when it is missing, and that the address names.
    package var database = "bursar"
    /// Roles that the starter and root may connect as. The first is the superuser that initdb makes.
    package var roles = ["bursar", "bursar_owner", "bursar_app", "bursar_read"]
    /// How long a start may take, recovery after a crash included.
    package var startTimeout: Duration = .seconds(300)
    /// How long sessions may take to end; past it the server is stopped without a checkpoint.
    package var stopTimeout: Duration = .seconds(60)
    /// Where to look for PostgreSQL's programs.
    package var search = BinarySearch.standard
    /// More settings for postgresql.conf, after the built-in ones; `local.conf` wins over them.
    package var parameters: [String: String] = [:]

    package init() {}

    var superuser: String { roles[0] }
}
