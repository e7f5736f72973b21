import AdminAPI
import Events
import Logging

extension Logger {
    /// Says what an operator must hear of what became of a schedule.
    func tell(of change: ScheduleChange) {
        let metadata: Metadata = ["schedule": "\(change.name)"]
        switch change.change {
        case .nameTaken: event(.scheduleNameTaken, "\(change.detail)", metadata: metadata)
        case .passedOver: event(.ticksPassedOver, "\(change.detail)", metadata: metadata)
        case .moved: event(.tickMoved, "\(change.detail)", metadata: metadata)
        case .added, .changed, .removed, .keptToggle: break
        }
    }
}
