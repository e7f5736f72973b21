import Logging

extension Event {
    package static let daemonEvents: [Event] = [
        .ready, .stopping, .stoppedInOrder, .startFailed, .readinessWithheld, .selfTestFailed, .inFlightFoundAtStart, .drainIncomplete, .logLinesDropped, .clockSkew, .socketTaken, .requestFailed,
    ]

    package static let ready = Event(
        "BRS-1001", "ready", .notice, id: "60c53b19f2f5a7b2db2b317536a7cfd2",
        summary: "The daemon is ready")

    package static let stopping = Event(
        "BRS-1002", "stopping", .notice, id: "78ed943c42fbd2d39914a367ece57c37",
        summary: "The daemon was told to stop and lets running jobs finish")

    package static let stoppedInOrder = Event(
        "BRS-1003", "stopped-in-order", .notice, id: "c4388aa19807aad2d4cf3db67ea328ab",
        summary: "The daemon stopped in order")

    package static let startFailed = Event(
        "BRS-1004", "start-failed", .critical, id: "d93bcb545d7cc34de14bc5d9f9617a04",
        summary: "The daemon could not start")

    package static let readinessWithheld = Event(
        "BRS-1005", "readiness-withheld", .warning, id: "efaa2f13388156e05609930e0605c817",
        summary: "The daemon runs but may not take work yet")

    package static let selfTestFailed = Event(
        "BRS-1006", "self-test-failed", .error, id: "bc9e2db616ca510b88785a27e7ae067c",
        summary: "A self-test failed; the daemon is not ready")

    package static let inFlightFoundAtStart = Event(
        "BRS-1007", "in-flight-found-at-start", .warning, id: "70fd47dcdb25dad85441414d363c8c6e",
        summary: "Jobs were running when a daemon of this host last died")

    package static let drainIncomplete = Event(
        "BRS-1008", "drain-incomplete", .warning, id: "670c8142be37eea275f2e56a011ca74f",
        summary: "Jobs were still running when the time to stop was over")

    package static let logLinesDropped = Event(
        "BRS-1009", "log-lines-dropped", .warning, id: "598aaeaf441b66d01f72ac832ca421fb",
        summary: "Lines of the log were dropped")

    package static let clockSkew = Event(
        "BRS-1010", "clock-skew", .warning, id: "212c216fa2e61e048a3bd0a866dd0007",
        summary: "The clocks of this machine and of the database differ")

    package static let socketTaken = Event(
        "BRS-1011", "socket-taken", .critical, id: "7a889ff1b767a98e6973726ad6008158",
        summary: "Another process holds the admin socket")

    package static let requestFailed = Event(
        "BRS-1012", "request-failed", .error, id: "cc1e89881ae365866a94639242903453",
        summary: "The admin API could not answer a request")
}
