package import Primitives

/// A daemon that shares the database and has not ended.
package struct DaemonAnswer: Sendable, Hashable, Codable {
    package var id: String
    package var host: String
    package var processID: Int
    package var build: String
    package var startedAt: Instant
    /// When it last said that it lives.
    package var beatAt: Instant
    package var beatAgeSeconds: Double
    /// The kinds of jobs that it runs.
    package var kinds: [String]

    private enum CodingKeys: String, CodingKey {
        case id, host
        case processID = "pid"
        case build
        case startedAt = "started_at"
        case beatAt = "beat_at"
        case beatAgeSeconds = "beat_age_seconds"
        case kinds
    }

    package init(
        id: String, host: String, processID: Int, build: String, startedAt: Instant, beatAt: Instant,
        beatAgeSeconds: Double, kinds: [String]
    ) {
        self.id = id
        self.host = host
        self.processID = processID
        self.build = build
        self.startedAt = startedAt
        self.beatAt = beatAt
        self.beatAgeSeconds = beatAgeSeconds
        self.kinds = kinds
    }
}
