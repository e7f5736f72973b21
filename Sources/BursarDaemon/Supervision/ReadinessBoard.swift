import AdminHTTP
import Synchronization

/// What must hold before the daemon says that it is ready, in the order in which it comes about.
enum ReadinessCondition: String, Sendable, Hashable, CaseIterable {
    case configuration
    case credentials
    case database
    case schema
    case selfTests = "self-tests"
    case session
    case schedules
    case socket
}

/// Which conditions of readiness hold, and why the others do not.
final class ReadinessBoard: Sendable {
    /// Of one condition.
    enum Standing: Sendable, Hashable {
        case awaited
        case withheld(String)
        case met
    }

    private let standings = Mutex<[ReadinessCondition: Standing]>([:])

    func meet(_ condition: ReadinessCondition) {
        standings.withLock { $0[condition] = .met }
    }

    /// - Returns: true when this was not known yet, and so is worth a line in the log.
    @discardableResult
    func withhold(_ condition: ReadinessCondition, _ reason: String) -> Bool {
        standings.withLock { standings in
            defer { standings[condition] = .withheld(reason) }
            return standings[condition] != .withheld(reason)
        }
    }

    var isReady: Bool {
        standings.withLock { standings in ReadinessCondition.allCases.allSatisfy { standings[$0] == .met } }
    }

    /// The first that does not hold, with why if that is known.
    var firstUnmet: (condition: ReadinessCondition, reason: String?)? {
        standings.withLock { standings in
            for condition in ReadinessCondition.allCases {
                switch standings[condition] ?? .awaited {
                case .met: continue
                case .awaited: return (condition, nil)
                case .withheld(let reason): return (condition, reason)
                }
            }
            return nil
        }
    }

    var checks: [ReadinessCheck] {
        standings.withLock { standings in
            // The database answers for itself in every reply.
            ReadinessCondition.allCases.filter { $0 != .database }.map { condition in
                switch standings[condition] ?? .awaited {
                case .met: ReadinessCheck(name: condition.rawValue, passed: true, detail: "holds")
                case .awaited: ReadinessCheck(name: condition.rawValue, passed: false, detail: "not looked at yet")
                case .withheld(let reason): ReadinessCheck(name: condition.rawValue, passed: false, detail: reason)
                }
            }
        }
    }
}
