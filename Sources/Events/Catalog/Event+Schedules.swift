import Logging

extension Event {
    package static let scheduleEvents: [Event] = [
        .schedulesNotRead, .scheduleUnreadable, .schedulePausedOnFailure, .ticksPassedOver,
    ]

    package static let schedulesNotRead = Event(
        "BRS-2101", "schedules-not-read", .warning, id: "7e376abbc9c6d6b589b15e503a32dd1b",
        summary: "Due schedules could not be read or committed")

    package static let scheduleUnreadable = Event(
        "BRS-2102", "schedule-unreadable", .error, id: "5037d2feda10ec4b32d16addcc5c0e77",
        summary: "A stored schedule makes no sense and fires nothing")

    package static let schedulePausedOnFailure = Event(
        "BRS-2103", "schedule-paused-on-failure", .error, id: "4f386eb3469d77226604c0e588d001e2",
        summary: "A schedule paused itself after a failed run")

    package static let ticksPassedOver = Event(
        "BRS-2104", "ticks-passed-over", .warning, id: "246a47a3dabbfa0c9e36a9097ba55e22",
        summary: "Ticks of a schedule were passed over")
}
