import Logging

// Of the valuation of investments.
extension Event {
    static let investmentsEvents: [Event] = [
        .valuationStartedOver, .resultsBrokenOff,
    ]

    package static let valuationStartedOver = Event(
        "BRS-5101", "valuation-started-over", .notice, id: "bad6f3f0dda0d58ab31c57300acfa6b9",
        summary: "A valuation starts over because a class changed",
        meaning: """
            A valuation of investments was cut off, and before it could go on somebody
            changed a class or its rates. All values of one run must go by the same terms,
            so what it had written was taken back and it starts over.
            """,
        impact: """
            The run takes longer. Its results become current only when it is complete, so
            nobody has seen a mixture.
            """,
        diagnosis: """
            Which run, how far it is, and what cut it off:
              bursarctl runs show @BURSAR_RUN_ID@
              bursarctl logs --run @BURSAR_RUN_ID@ --explain
            """,
        action: """
            Nothing to do. To keep long runs from starting over, change rates and classes
            outside their time:
              bursarctl schedules next
            """)

    package static let resultsBrokenOff = Event(
        "BRS-5102", "results-broken-off", .warning, id: "26503487674d371c8c6ca9018b2482e8",
        summary: "The results of a run were not sent whole",
        meaning: """
            A reader fetched the results of a run and the answer broke off before its end:
            the reader went away, was too slow, or the database failed.
            """,
        impact: """
            The reader's file is incomplete and must not be used. The stored results are
            not touched.
            """,
        diagnosis: """
            The error in the entry tells a reader that left from a database that failed:
              bursarctl logs --event BRS-5102 --since 1h
              bursarctl status
            """,
        action: """
            Fetch them again; bursarctl exits with 0 only if all of it came:
              bursarctl investments results @BURSAR_RUN_ID@ > results.jsonl
            """)
}
