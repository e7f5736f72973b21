import Logging

extension Event {
    package static let scheduleFileEvents: [Event] = [
        .scheduleFileApplied, .scheduleFileDisputed, .scheduleNameTaken,
    ]

    package static let scheduleFileApplied = Event(
        "BRS-2201", "schedule-file-applied", .notice, id: "3a3f2259a5f791bc8b104f694d8e038c",
        summary: "The file's schedules are in force")

    package static let scheduleFileDisputed = Event(
        "BRS-2202", "schedule-file-disputed", .error, id: "3285db6dd62446bcf213da16dc7fd778",
        summary: "Another daemon holds another file of schedules")

    package static let scheduleNameTaken = Event(
        "BRS-2203", "schedule-name-taken", .warning, id: "285d68c2a68037458edd5d75e6de1837",
        summary: "The file names a schedule that an operator made")
}
