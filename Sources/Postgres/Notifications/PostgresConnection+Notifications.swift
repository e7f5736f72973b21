internal import CLibPQ

extension PostgresConnection {
    /// Asks the server to announce what is sent to `channel`; it comes by `notifications`, also while nothing else
    /// runs.
    package func listen(_ channel: String) async throws(PostgresError) {
        try await execute(SQL(unsafe: "LISTEN " + quotedIdentifier(channel)))
        channels.insert(channel)
        if let session { watchWhileIdle(session) }
    }

    /// Has the socket's source announce input, then reads what has come before it did: a hang-up is announced only
    /// once.
    func watchWhileIdle(_ session: Session) {
        session.watch.arm(read: true, write: false)
        drainNotifications(session)
        receiveWhileIdle(session)
    }

    /// Input that comes while no exchange is under way: notifications, or the end of the session.
    ///
    /// All of it, to the end: once the peer has hung up, libdispatch announces nothing more, whatever is left to read.
    func receiveWhileIdle(_ session: Session) {
        while Self.poll(PQsocket(session.handle), write: false, milliseconds: 0) {  // Ends: all is read, or the end is.
            guard PQconsumeInput(session.handle) == 1 else { return _ = lost(session) }
            drainNotifications(session)
        }
    }

    func drainNotifications(_ session: Session) {
        // PQisBusy has libpq read messages from its buffer; PQnotifies alone does so only in some states.
        _ = PQisBusy(session.handle)
        while let announced = PQnotifies(session.handle) {  // Ends: libpq's list of what has arrived.
            let notification = Notification(
                channel: String(cString: announced.pointee.relname), payload: String(cString: announced.pointee.extra),
                backendPID: announced.pointee.be_pid)
            PQfreemem(announced)
            if notification.channel == canaryChannel {
                canaryReturned(notification.payload)
            } else {
                notificationSink.yield(notification)
            }
        }
    }
}
