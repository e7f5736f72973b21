import Logging

extension Event {
    package static let dispatchEvents: [Event] = [
        .claimFailed, .beatFailed, .reaperFailed, .jobsRetaken,
    ]

    package static let claimFailed = Event(
        "BRS-3101", "claim-failed", .warning, id: "8791adef7abe90aac4ad82135b651207",
        summary: "Due jobs could not be claimed")

    package static let beatFailed = Event(
        "BRS-3102", "beat-failed", .warning, id: "a7ce135e7b559203c6cce83125c25814",
        summary: "The daemon could not tell the database that it lives")

    package static let reaperFailed = Event(
        "BRS-3103", "reaper-failed", .warning, id: "81968ad47cd89b41a1b9b3f07b50d7e1",
        summary: "The search for jobs of dead daemons failed")

    package static let jobsRetaken = Event(
        "BRS-3104", "jobs-retaken", .warning, id: "2f668dcbceccfec11f3c242dcd5e1043",
        summary: "Jobs of a dead daemon were taken back")
}
