/// The next step of a start. Pure; the survey is taken anew after each step.
enum LaunchDecision: Sendable, Hashable {
    case initialize
    case refuseForeign
    case refuseSingleUser(processID: Int32)
    /// Remove postmaster.pid: the directory's lock is held, so no other starter can be about to write it.
    case discardProcessFile
    case launch(major: Int)
    /// It starts, recovers, or stops: look again soon.
    case wait
    /// It says that it takes connections: ask it.
    case ask(major: Int)

    static func decide(_ survey: ClusterSurvey) -> LaunchDecision {
        let major: Int
        switch survey.data {
        case .missing: return .initialize
        case .foreign: return .refuseForeign
        case .cluster(let found): major = found
        }
        return switch survey.server {
        case .none: .launch(major: major)
        case .impostor: .discardProcessFile
        case .singleUser(let processID): .refuseSingleUser(processID: processID)
        case .alive(_, .ready): .ask(major: major)
        case .alive: .wait
        }
    }
}
