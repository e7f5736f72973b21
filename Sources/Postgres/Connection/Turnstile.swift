/// Who may use a thing that one may use at a time: a queue of tickets, first come, first served. Decides, never waits.
struct Turnstile {
    /// Of one who wants to pass.
    typealias Ticket = UInt64

    enum Entry: Equatable {
        case pass
        /// Wait until `leave` names the ticket.
        case wait(Ticket)
    }

    private(set) var isTaken = false
    private var lastTicket: Ticket = 0
    private var waiting: [Ticket] = []
    /// Index of the first ticket of `waiting` that still waits: removal at the front without moving the rest.
    private var head = 0

    var waiterCount: Int { waiting.count - head }

    mutating func enter() -> Entry {
        guard isTaken else {
            isTaken = true
            return .pass
        }
        lastTicket += 1
        waiting.append(lastTicket)
        return .wait(lastTicket)
    }

    /// The ticket that passes next, to be woken; nil when nobody waits and the turnstile is free again.
    mutating func leave() -> Ticket? {
        precondition(isTaken, "nobody is inside")
        guard head < waiting.count else {
            isTaken = false
            waiting.removeAll(keepingCapacity: true)
            head = 0
            return nil
        }
        defer { head += 1 }
        return waiting[head]
    }

    /// Whether the ticket still waited; it does no longer.
    mutating func abandon(_ ticket: Ticket) -> Bool {
        guard let index = waiting[head...].firstIndex(of: ticket) else { return false }
        waiting.remove(at: index)
        return true
    }
}
