package import Primitives

/// What a command is given: where it writes, what it was started with, what time it is.
package struct Session: Sendable {
    package var terminal: Terminal
    package var environment: [String: String]
    package var time: any TimeSource

    package init(terminal: Terminal, environment: [String: String], time: any TimeSource) {
        self.terminal = terminal
        self.environment = environment
        self.time = time
    }
}
