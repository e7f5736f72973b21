import Glibc

/// The two sockets of a session, and what lies between them.
struct WireLink {
    var session = WireSession()
    /// Stopped at the boundary.
    var isStopped = false
    private var client: Int32
    private var server: Int32

    private static let none: Int32 = -1

    /// - Parameter isSilent: nobody answers.
    init(client: Int32, to target: String, isSilent: Bool) {
        self.client = client
        server = Self.none
        if isSilent {
            var watch = BoundaryWatch(target: nil)
            session.resume(.silence, &watch)
        } else if let server = try? UnixSocket.connect(to: target) {
            self.server = server
        } else {
            close()
        }
    }

    var isClosed: Bool { client == Self.none && server == Self.none }

    /// What to wait for; a socket that is closed is passed over.
    var pollEntries: [pollfd] {
        [(client, session.toClient), (server, session.toServer)].map { descriptor, pending in
            pollfd(fd: descriptor, events: Int16(pending.isEmpty ? POLLIN : POLLIN | POLLOUT), revents: 0)
        }
    }

    mutating func close() {
        Self.close(&client)
        Self.close(&server)
    }

    private static func close(_ descriptor: inout Int32) {
        if descriptor != none { Glibc.close(descriptor) }
        descriptor = none
    }

    /// Reads what has come and writes what will go. True when the session has reached the boundary.
    mutating func move(_ watch: inout BoundaryWatch) -> Bool {
        guard !isClosed else { return false }
        var isReached = false
        var hasClientEnded = client == Self.none
        var hasServerEnded = server == Self.none
        while !hasClientEnded, let bytes = Self.read(client, &hasClientEnded) {  // Ends: nothing more has come.
            isReached = session.receive(fromClient: bytes, &watch) || isReached
        }
        while !hasServerEnded, let bytes = Self.read(server, &hasServerEnded) {  // Ends: nothing more has come.
            isReached = session.receive(fromServer: bytes) || isReached
        }
        if !hasServerEnded { hasServerEnded = !Self.write(&session.toServer, to: server) }
        if !hasClientEnded { hasClientEnded = !Self.write(&session.toClient, to: client) }
        if hasServerEnded { Self.close(&server) }
        if session.phase == .underWay { Self.close(&client) }
        if session.phase == .over || (hasClientEnded && !session.outlivesClient) || isDelivered(hasServerEnded) {
            close()
        }
        return isReached
    }

    /// Nothing more will come from the server, and the client has it all.
    private func isDelivered(_ hasServerEnded: Bool) -> Bool {
        hasServerEnded && (session.outlivesClient || session.phase == .passing && session.toClient.isEmpty)
    }

    private static func read(_ descriptor: Int32, _ hasEnded: inout Bool) -> ArraySlice<UInt8>? {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count > 0 { return buffer[..<count] }
        if count == 0 || (errno != EAGAIN && errno != EINTR) { hasEnded = true }
        return nil
    }

    /// False when the other side has gone.
    private static func write(_ bytes: inout [UInt8], to descriptor: Int32) -> Bool {
        while !bytes.isEmpty {  // Ends: each turn sends, or stops.
            let count = send(
                descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            guard count > 0 else { return errno == EAGAIN || errno == EINTR }
            bytes.removeFirst(count)
        }
        return true
    }
}
