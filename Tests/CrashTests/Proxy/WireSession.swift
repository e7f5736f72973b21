/// One session between a worker and the server: what is passed on, what is held. Decides only; `WireProxy` has the
/// sockets.
struct WireSession {
    enum Phase: Equatable {
        case passing
        /// A request was seen; it is not passed on until told.
        case holdingRequest
        /// The request is out, and its answer is kept back as it comes.
        case awaiting(Extent)
        /// The whole answer is there and kept back.
        case holdingAnswer
        /// Both directions are silent, and open.
        case silent
        /// Requests go out, answers are dropped; at the end of the present one the session is over.
        case losingReply
        /// The client is cut off; its request is on its way, and nowhere yet.
        case underWay
        /// Both sockets are to be closed.
        case over
    }

    /// How much of a request counts as the statement.
    enum Extent: Equatable {
        /// The client's next message will tell.
        case undecided
        /// The server has done it when it says so, without the end of the round trip: more statements follow.
        case statement
        /// The server is ready for another round trip: outside a transaction the statement has committed.
        case roundTrip
    }

    /// How a stop ends.
    enum Verdict: Sendable {
        case pass, silence, loseReply, cut
        /// The client is cut off at once, its request arrives when it is delivered.
        case delay
    }

    private(set) var phase = Phase.passing
    /// The server's process, once it said so.
    private(set) var backendPID: Int32 = 0
    var toServer: [UInt8] = []
    var toClient: [UInt8] = []
    private var fromClient = MessageCutter(expectsStartup: true)
    private var fromServer = MessageCutter(expectsStartup: false)
    private var names = StatementNames()
    private var heldRequest: [UInt8] = []
    private var heldAnswer: [UInt8] = []
    /// The statement that has begun is to be stopped after its answer.
    private var isArmed = false
    /// Executed and not yet answered.
    private var outstanding = 0
    /// The server passes over requests until the end of the round trip.
    private var hasFailed = false
    private var isReady = false

    /// What the visit of a session's opening is called.
    static let opening = "connect"

    /// True when the boundary that `watch` looks for was reached.
    mutating func receive(fromClient bytes: ArraySlice<UInt8>, _ watch: inout BoundaryWatch) -> Bool {
        fromClient.append(bytes)
        return readRequests(&watch)
    }

    /// True when the boundary was reached.
    mutating func receive(fromServer bytes: ArraySlice<UInt8>) -> Bool {
        fromServer.append(bytes)
        while let message = fromServer.next() {  // Ends: what has come is finite.
            note(message)
            switch phase {
            case .passing, .holdingRequest: toClient += message.bytes
            case .awaiting, .holdingAnswer: heldAnswer += message.bytes
            case .silent, .underWay, .over: break
            case .losingReply: if message.tag == WireMessage.readyForQuery { phase = .over }
            }
        }
        return endsWait()
    }

    /// Ends a stop, or silences a session that was not stopped.
    mutating func resume(_ verdict: Verdict, _ watch: inout BoundaryWatch) {
        switch verdict {
        case .pass:
            toServer += heldRequest
            toClient += heldAnswer
            phase = .passing
            _ = readRequests(&watch)
        case .silence: phase = .silent
        case .loseReply where phase == .holdingRequest:
            toServer += heldRequest
            phase = .losingReply
            _ = readRequests(&watch)
        case .delay where phase == .holdingRequest:
            phase = .underWay
            return
        case .loseReply, .cut, .delay: phase = .over
        }
        heldRequest = []
        heldAnswer = []
    }

    /// A delayed request reaches the server, whose answer nobody hears.
    mutating func deliver(_ watch: inout BoundaryWatch) {
        guard phase == .underWay else { return }
        phase = .holdingRequest
        resume(.loseReply, &watch)
    }

    /// Whether the server's side stays without the client's.
    var outlivesClient: Bool { phase == .underWay || phase == .losingReply }

    private mutating func readRequests(_ watch: inout BoundaryWatch) -> Bool {
        while readsRequests, let message = fromClient.next() {  // Ends: what has come is finite.
            switch phase {
            case .losingReply: toServer += message.bytes
            case .awaiting: decideExtent(before: message)
            case .passing: pass(message, &watch)
            default: break
            }
            if phase == .holdingRequest || endsWait() { return true }
        }
        return false
    }

    private var readsRequests: Bool {
        switch phase {
        case .passing, .awaiting(.undecided), .losingReply, .silent: true
        case .awaiting, .holdingRequest, .holdingAnswer, .underWay, .over: false
        }
    }

    private mutating func pass(_ message: WireMessage, _ watch: inout BoundaryWatch) {
        var moment: Boundary.Moment?
        switch names.meaning(of: message) {
        case .opens: moment = watch.visit(Self.opening)
        case .queries(let statement): moment = watch.visit(statement)
        case .begins(let statement):
            moment = watch.visit(statement)
            if moment == .after { isArmed = true }
        case .executes:
            outstanding += 1
            if isArmed { phase = .awaiting(.undecided) }
            isArmed = false
        case .ends, .other: break
        }
        if moment == .before {
            phase = .holdingRequest
            heldRequest = message.bytes
            return
        }
        toServer += message.bytes
        if moment == .after, !isArmed {
            phase = .awaiting(.roundTrip)
            isReady = false
        }
    }

    /// Has the server answer a statement in the midst of a round trip, which it would only do at its end.
    private mutating func decideExtent(before message: WireMessage) {
        isReady = false
        if message.tag == WireMessage.sync {
            toServer += message.bytes
            phase = .awaiting(.roundTrip)
        } else {
            fromClient.putBack(message)
            toServer += WireMessage.flushRequest
            phase = .awaiting(.statement)
        }
    }

    private mutating func note(_ message: WireMessage) {
        if let pid = message.backendPID { backendPID = pid }
        switch message.tag {
        case WireMessage.commandComplete, WireMessage.emptyQuery, WireMessage.portalSuspended:
            outstanding = max(0, outstanding - 1)
        case WireMessage.errorResponse: hasFailed = true
        case WireMessage.readyForQuery:
            outstanding = 0
            hasFailed = false
            isReady = true
        default: break
        }
    }

    /// True when what was awaited has come.
    private mutating func endsWait() -> Bool {
        switch phase {
        case .awaiting(.statement) where outstanding == 0 || hasFailed: break
        case .awaiting(.roundTrip) where isReady: break
        default: return false
        }
        phase = .holdingAnswer
        return true
    }
}
