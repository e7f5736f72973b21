internal import CLibPQ
internal import Primitives

/// Whether a silent server still works for a session. A network that swallows what is sent closes nothing, and a proxy
/// that does so keeps the kernel content: only the server itself knows, and another session can ask it.
///
/// Can be: silent for the first time, or not answered once. Decides; `ask` performs.
struct Doubt {
    /// What another session found out.
    enum Finding: Sendable, Equatable {
        case working
        /// The server has ended the session, or waits for us while we wait for it.
        case over
        /// There was no answer at all.
        case noAnswer
        /// The server answered, and not what was asked: it is full, or a pooler hides its sessions.
        case unknown
    }

    /// Silence for this long makes doubtful.
    static let pause: Duration = .seconds(4)
    /// For a session, and again for its one statement.
    private static let patience: Duration = .seconds(2)
    /// The two machines' clocks need not run equally fast.
    private static let ageSlack: Duration = .seconds(1)
    /// One may be lost in a storm.
    private static let unansweredMax = 2

    private var unanswered = 0

    /// Why the session is given up; nil to wait on.
    mutating func heed(_ finding: Finding) -> String? {
        switch finding {
        case .working, .unknown:
            unanswered = 0
            return nil
        case .over: return "the server no longer works for this session"
        case .noAnswer:
            unanswered += 1
            return unanswered >= Self.unansweredMax ? "the server answers no more, to new sessions neither" : nil
        }
    }

    /// Asks the host that serves `session`. What the server still holds for a session that is over is given free: it
    /// would wait for us, with all its locks, as long as the network does not tell it that we are gone.
    static func ask(about session: Session) async -> Finding {
        let address = session.address.setting("connect_timeout", to: nil).setting("options", to: nil)
        let options = ConnectionOptions(
            applicationName: "bursar doubt", perHostTimeout: patience, silenceLimit: patience)
        do throws(PostgresError) {
            let connection = try await PostgresConnection.connect(to: address, options: options)
            let seen: Result<Finding, PostgresError>
            do throws(PostgresError) {
                let work = SessionWork(
                    asker: connection.backendPID, subject: PQbackendPID(session.handle),
                    age: ContinuousClock.now - session.opened - ageSlack)
                seen = .success(try await connection.first(work) ?? .unknown)
            } catch {
                seen = .failure(error)
            }
            await connection.close()
            return try seen.get()
        } catch {
            if error.code == .cancelled || error.sqlState != nil { return .unknown }
            return .noAnswer
        }
    }
}

/// What the server's process behind a session does; one that waits for us is ended. Behind a pooler the asker's own
/// process is not the one that it was told of, and neither is the subject's.
private struct SessionWork: Statement {
    let asker: Int32
    let subject: Int32
    /// Younger than this it is another session's process, whose number the kernel has given out again.
    let age: Duration
    /// What the server has said so lately may still arrive.
    private static let onItsWay: Duration = .seconds(1)

    static let sql = """
        WITH direct AS (SELECT pg_backend_pid() = $1 AND current_setting('track_activities')::boolean AS is_direct),
        subject AS MATERIALIZED (
            SELECT a.pid, a.state IN ('active', 'fastpath function call') AND a.wait_event IS DISTINCT FROM 'ClientRead'
                   OR clock_timestamp() - a.state_change < $4 * interval '1 microsecond' AS is_working
            FROM pg_stat_activity a, direct
            WHERE a.pid = $2 AND clock_timestamp() - a.backend_start > $3 * interval '1 microsecond' AND is_direct),
        ended AS MATERIALIZED (SELECT pg_terminate_backend(pid) FROM subject WHERE NOT is_working)
        SELECT is_direct, EXISTS (SELECT FROM subject WHERE is_working), (SELECT count(*) FROM ended) FROM direct
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(asker)
        bindings.append(subject)
        bindings.append(age.wholeMicroseconds)
        bindings.append(Self.onItsWay.wholeMicroseconds)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Doubt.Finding {
        let isDirect = try row.next(Bool.self)
        let isWorking = try row.next(Bool.self)
        return isDirect ? (isWorking ? .working : .over) : .unknown
    }
}
