import EmbeddedPostgres
import Postgres

/// How PostgreSQL's programs find a database: by variables, since command lines are shown to everybody.
enum ProgramSettings {
    private static let variables = [
        "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER",
        "password": "PGPASSWORD", "passfile": "PGPASSFILE", "service": "PGSERVICE", "options": "PGOPTIONS",
        "sslmode": "PGSSLMODE", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "sslrootcert": "PGSSLROOTCERT",
        "sslcrl": "PGSSLCRL", "requirepeer": "PGREQUIREPEER", "channel_binding": "PGCHANNELBINDING",
        "gssencmode": "PGGSSENCMODE", "krbsrvname": "PGKRBSRVNAME", "connect_timeout": "PGCONNECT_TIMEOUT",
        "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION", "target_session_attrs": "PGTARGETSESSIONATTRS",
    ]

    /// What the address says; what it leaves out stays as the environment has it, as for libpq itself.
    static func of(_ address: PostgresAddress) -> [String: String?] {
        var settings: [String: String?] = ["PGAPPNAME": "bursarctl"]
        for (keyword, variable) in variables {
            if let value = address[keyword] { settings.updateValue(value, forKey: variable) }
        }
        return settings
    }

    /// The programs that can read the server of a session.
    static func programs(for connection: PostgresConnection) async throws -> DumpPrograms {
        let number = try await connection.value(
            "select current_setting('server_version_num')::int8", as: Int.self)
        return try DumpPrograms.find(forServer: number / 10_000)
    }
}
