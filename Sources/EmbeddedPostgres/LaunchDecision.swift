/// The next step of a start. Pure; the survey is taken anew after each step.
enum LaunchDecision: Sendable, Hashable {
    case initialize
    case refuseForeign
    case refuseSingleUser(processID: Int32)
    /// Remove what a server that is gone left: the directory's lock is held, so nobody else can be about to start one.
    case discardProcessFiles
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
        case .impostor: .discardProcessFiles
        case .singleUser(let processID): .refuseSingleUser(processID: processID)
        case .alive(_, .ready): .ask(major: major)
        case .alive: .wait
        }
    }
}
