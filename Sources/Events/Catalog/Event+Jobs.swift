import Logging

extension Event {
    package static let jobEvents: [Event] = [
        .leaseLost, .endNotRecorded, .attemptFailed, .jobAsksForPerson, .jobParked, .jobFailed,
    ]

    package static let leaseLost = Event(
        "BRS-3201", "lease-lost", .warning, id: "b56e095585e6099eafad26cfc724398d",
        summary: "An attempt lost its lease; nothing was committed after it")

    package static let endNotRecorded = Event(
        "BRS-3202", "end-not-recorded", .warning, id: "3ee6ce7bb4c00ee7a869a84da2867a35",
        summary: "The end of an attempt could not be recorded yet")

    package static let attemptFailed = Event(
        "BRS-3203", "attempt-failed", .warning, id: "045910e54e0270ab513514c075f40042",
        summary: "An attempt failed; the job will be tried again")

    package static let jobAsksForPerson = Event(
        "BRS-3204", "job-asks-for-person", .warning, id: "9201f1b99cd1bac03f56be42b1af206f",
        summary: "A job parked itself: a person must look")

    package static let jobParked = Event(
        "BRS-3205", "job-parked", .error, id: "15ece44a7ffc48978858cd854fdf1b9c",
        summary: "A job is parked after failures: a person must look")

    package static let jobFailed = Event(
        "BRS-3206", "job-failed", .error, id: "f4c22e489dd1a87ef7e122b4c5eeb3a1",
        summary: "A job failed for good")
}
