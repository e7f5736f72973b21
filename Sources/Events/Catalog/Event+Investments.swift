import Logging

extension Event {
    package static let investmentsEvents: [Event] = [
        .valuationStartedOver, .resultsBrokenOff,
    ]

    package static let valuationStartedOver = Event(
        "BRS-5101", "valuation-started-over", .notice, id: "bad6f3f0dda0d58ab31c57300acfa6b9",
        summary: "A valuation starts over because a class changed")

    package static let resultsBrokenOff = Event(
        "BRS-5102", "results-broken-off", .warning, id: "26503487674d371c8c6ca9018b2482e8",
        summary: "The results of a run were not sent whole")
}
