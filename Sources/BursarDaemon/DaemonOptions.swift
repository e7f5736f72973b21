import AdminAPI

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
        build: String = BuildVersion.name
    ) {
        self.configPath = configPath
        self.stateDirectory = stateDirectory
        self.socketPath = socketPath
        self.demo = demo
        self.build = build
    }
}
