internal import CLibPQ

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

    /// Asks the host that serves `session`.
    static func ask(about session: Session) async -> Finding {
        let address = session.address.setting("connect_timeout", to: nil).setting("options", to: nil)
        let options = ConnectionOptions(
            applicationName: "bursar doubt", perHostTimeout: patience, silenceLimit: patience)
        do throws(PostgresError) {
            let connection = try await PostgresConnection.connect(to: address, options: options)
            let seen: Result<Finding, PostgresError>
            do throws(PostgresError) {
                let work = SessionWork(asker: connection.backendPID, subject: PQbackendPID(session.handle))
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

/// What the server's process behind a session does. Behind a pooler the asker's own process is not the one that it was
/// told of, and neither is the subject's.
private struct SessionWork: Statement {
    let asker: Int32
    let subject: Int32

    static let sql = """
        SELECT pg_backend_pid() = $1 AND current_setting('track_activities')::boolean,
               EXISTS (SELECT FROM pg_stat_activity
                       WHERE pid = $2 AND state IN ('active', 'fastpath function call')
                         AND wait_event IS DISTINCT FROM 'ClientRead')
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(asker)
        bindings.append(subject)
    }

    static func output(from row: inout Row) throws(PostgresError) -> Doubt.Finding {
        let isDirect = try row.next(Bool.self)
        let isWorking = try row.next(Bool.self)
        return isDirect ? (isWorking ? .working : .over) : .unknown
    }
}
