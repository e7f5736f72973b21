import AdminAPI
import ArgumentParser
import Primitives

/// `queues list`: the queue of each kind.
struct QueuesList: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Shows each kind's queue: how much is in each state, and what gates it.",
        discussion: "DONE and FAILED count since the database was made. DUE is what may start now.")

    @OptionGroup var daemon: DaemonOptions

    var wantsJSON: Bool { daemon.output.json }

    func run(in session: Session) async throws -> CommandStatus {
        let page = try await daemon.withClient(in: session) { client in
            try await client.get(AdminPath.queues, as: Page<QueueAnswer>.self)
        }
        let stream = session.terminal.output
        if wantsJSON {
            try stream.json(page)
        } else {
            try stream.list(page, Self.table(page.items), nothing: "no queues")
            for line in page.items.flatMap(\.remarks) { try stream.line(printable(line)) }
        }
        return .success
    }

    private static func table(_ queues: [QueueAnswer]) -> Table {
        var table = Table([
            .text("KIND"), .text("STATE"), .number("WAITING"), .number("DUE"), .number("RUNNING"), .number("PARKED"),
            .number("DONE"), .number("FAILED"), .text("OLDEST DUE"), .text("GATES"),
        ])
        for queue in queues {
            table.add([
                Table.Cell(queue.kind), Table.Cell(state: queue.stateWord), Table.Cell(queue.waiting),
                Table.Cell(queue.due >= queue.dueCountedUpTo ? "\(queue.dueCountedUpTo)+" : "\(queue.due)"),
                Table.Cell(queue.running), Table.Cell("\(queue.parked)", queue.parked > 0 ? .yellow : nil),
                Table.Cell(queue.done), Table.Cell(queue.failed),
                Table.Cell(queue.oldestDueSeconds.map { TimeText.duration(seconds: $0) }), Table.Cell(queue.gates),
            ])
        }
        return table
    }
}

extension QueueAnswer {
    /// What it is at, in a word or two.
    var stateWord: String {
        if paused != nil { return "paused" }
        if daemons == 0 { return "no daemon" }
        switch breaker?.state {
        case "open": return "breaker open"
        case "half_open": return "half open"
        default: break
        }
        return bucket?.blockedUntil == nil ? "active" : "blocked"
    }

    /// What gates it, in short; nil when nothing does.
    var gates: String? {
        var parts: [String] = []
        if let concurrency { parts.append("\(concurrency) at once") }
        if let perKey { parts.append("\(perKey) a key") }
        if let bucket { parts.append("\(bucket.name) \(bucket.tokens)/\(bucket.capacity) tokens") }
        if let breaker { parts.append("\(breaker.name) \(breaker.failures)/\(breaker.threshold) failures") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// Who or what holds it, a line each.
    var remarks: [String] {
        var lines: [String] = []
        if let paused { lines.append("\(kind): paused since \(paused.since) by \(paused.by): \(paused.reason)") }
        if let until = bucket?.blockedUntil, let bucket {
            lines.append("\(kind): \(bucket.name) is left alone until \(until): it asked for that")
        }
        if let breaker, breaker.state != "closed" {
            let why = breaker.lastError.map { ": \($0)" } ?? ""
            let until = breaker.openUntil.map { " \(breaker.state == "open" ? "until" : "since") \($0)" } ?? ""
            let state = breaker.state == "open" ? "open" : "half open"
            lines.append("\(kind): the breaker \(breaker.name) is \(state)\(until)\(why)")
        }
        if inBatches > 0 { lines.append("\(kind): \(inBatches) of those that run are taken by the batch") }
        if daemons == 0, waiting > 0 { lines.append("\(kind): no daemon that lives runs it") }
        return lines
    }
}
