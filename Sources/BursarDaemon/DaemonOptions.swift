/// What the command line says.
package struct DaemonOptions: Sendable, Hashable {
    /// Nil: the default path, which may be absent.
    package var configPath: String?
    /// Goes before the file's.
    package var stateDirectory: String?
    /// Goes before the file's.
    package var socketPath: String?
    /// Loads the demo school into an empty database and values it at once.
    package var demo = false
    package var build: String

    package init(
        configPath: String? = nil, stateDirectory: String? = nil, socketPath: String? = nil, demo: Bool = false,
        build: String = BuildInfo.name
    ) {
        self.configPath = configPath
        self.stateDirectory = stateDirectory
        self.socketPath = socketPath
        self.demo = demo
        self.build = build
    }
}

/// What this build calls itself in the database and in `status`.
package enum BuildInfo {
    package static let name = "bursar 0.1"
}
