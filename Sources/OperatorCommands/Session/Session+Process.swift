import FoundationEssentials
import Primitives

extension Session {
    /// What this process was started with.
    package static var process: Session {
        let environment = ProcessInfo.processInfo.environment
        return Session(
            terminal: .standard(environment: environment), environment: environment, time: SystemTime())
    }
}
