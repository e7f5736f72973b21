package import Primitives

/// Where each resource is.
package enum AdminPath {
    package static let root = "/api/admin"
    package static let status = root + "/status"
    package static let schedules = root + "/schedules"
    package static let nextTicks = schedules + "/next"
    package static let jobs = root + "/jobs"
    package static let queues = root + "/queues"
    package static let runs = root + "/runs"
    package static let audit = root + "/audit"
    package static let reload = root + "/reload"
    /// The clock that decides what is due.
    package static let clock = root + "/clock"
    /// Where a clock that jumped is said to be right.
    package static let clockConfirmation = clock + "/confirm"
    package static let configuration = root + "/configuration"

    /// Where runs of a schedule are started by hand.
    package static func runs(ofSchedule name: String) -> String { "\(schedules)/\(PercentEncoding.encoded(name))/runs" }

    /// One schedule.
    package static func schedule(_ name: String) -> String { "\(schedules)/\(PercentEncoding.encoded(name))" }

    /// Where a schedule is switched or held.
    package static func schedule(_ name: String, _ action: ScheduleAction) -> String {
        "\(schedule(name))/\(action.rawValue)"
    }

    /// Every tick of a schedule in a span.
    package static func preview(ofSchedule name: String) -> String { "\(schedule(name))/preview" }

    /// What became of the ticks of a schedule.
    package static func ticks(ofSchedule name: String) -> String { "\(schedule(name))/ticks" }

    /// Where runs of times that have passed are planned, and started.
    package static func backfill(ofSchedule name: String) -> String { "\(schedule(name))/backfill" }

    /// One job.
    package static func job(_ id: Int64) -> String { "\(jobs)/\(id)" }

    /// Where a job is tried again, or ended.
    package static func job(_ id: Int64, _ action: JobAction) -> String { "\(job(id))/\(action.rawValue)" }

    /// Why a job does not run.
    package static func explanation(ofJob id: Int64) -> String { "\(job(id))/explanation" }

    /// The queue of a kind.
    package static func queue(_ kind: String) -> String { "\(queues)/\(PercentEncoding.encoded(kind))" }

    /// Where a queue is held, or let go.
    package static func queue(_ kind: String, _ action: QueueAction) -> String { "\(queue(kind))/\(action.rawValue)" }

    /// One run.
    package static func run(_ execution: ExecutionID) -> String { "\(runs)/\(execution)" }

    /// What a run found wrong in its input.
    package static func findings(of execution: ExecutionID) -> String { "\(run(execution))/findings" }

    /// How a student's value comes about.
    package static func explanation(ofStudent student: Int64) -> String {
        "\(root)/investments/students/\(student)/explanation"
    }

    /// The values that a run computed.
    package static func results(of execution: ExecutionID) -> String { "\(root)/investments/results/\(execution)" }
}
