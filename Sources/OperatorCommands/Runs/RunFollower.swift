import AdminAPI
import Primitives

/// Follows a run until it has ended, showing how far it is.
struct RunFollower {
    private let client: AdminClient
    private let session: Session
    /// One JSON line each time something changed, instead of a bar.
    private let streamsJSON: Bool

    private static let firstPause = Duration.milliseconds(200)
    private static let longestPause = Duration.seconds(1)
    /// How long a daemon may be away, as when it restarts; the run itself goes on after that.
    private static let absenceMax = Duration.seconds(60)

    init(_ client: AdminClient, in session: Session, streamsJSON: Bool = false) {
        self.client = client
        self.session = session
        self.streamsJSON = streamsJSON
    }

    /// Returns once the run has ended.
    func follow(_ execution: ExecutionID) async throws -> RunDetail {
        let clock = ContinuousClock()
        var bar = ProgressBar(on: session.terminal.error)
        var pause = Self.firstPause
        var last: RunDetail?
        var lastSeen = clock.now
        while true {
            do {
                let detail = try await client.get(AdminPath.run(execution), as: RunDetail.self)
                lastSeen = clock.now
                if streamsJSON, detail != last { try session.terminal.output.jsonLine(detail) }
                last = detail
                if detail.run.outcome != nil {
                    try bar.clear()
                    return detail
                }
                if !streamsJSON { try bar.show(detail.run, now: session.time.now()) }
            } catch let failure as CommandFailure where failure.status == .unavailable {
                guard clock.now - lastSeen < Self.absenceMax else {
                    try bar.clear()
                    throw failure
                }
            }
            try await clock.sleep(for: pause)
            pause = min(pause * 1.25, Self.longestPause)
        }
    }
}

extension RunDetail {
    /// What a command that waited for the run leaves behind.
    var exitStatus: CommandStatus {
        switch run.outcome {
        case "success", "warning": .success
        default: .bad
        }
    }
}
