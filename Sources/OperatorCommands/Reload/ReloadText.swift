import AdminAPI

/// What a reload did, as people read it.
struct ReloadText {
    private let answer: ReloadAnswer

    init(_ answer: ReloadAnswer) {
        self.answer = answer
    }

    /// What goes to standard error: warnings, and when nothing was applied, why and what to do about it.
    func complaints(for stream: TextStream) -> String {
        var text = answer.warnings.map { stream.styled("warning: ", .yellow) + printable($0.description) + "\n" }
            .joined()
        switch answer.outcome {
        case .applied, .unchanged:
            return text
        case .refused:
            text += answer.errors.map { printable($0.description) + "\n" }.joined()
            text += stream.styled("refused", .red) + ": generation \(answer.generation) holds as before\n"
            text += stream.styled("  hint: ", .cyan) + "correct the files, then `bursarctl reload`\n"
        case .disputed:
            let holder = printable(answer.holder ?? "another daemon")
            text += stream.styled("disputed", .yellow)
            text += ": the file of \(holder) says something else of the schedules, and this daemon fires none of them\n"
            text += stream.styled("  hint: ", .cyan)
            text += "make the files alike and `bursarctl reload`, or say that this daemon's holds: "
            text += "`bursarctl reload --apply --reason …`\n"
        }
        return text
    }

    /// What goes to standard output: what changed.
    func text(for stream: TextStream) -> String {
        var text = ""
        switch answer.outcome {
        case .applied: text += stream.styled("applied", .green) + ": generation \(answer.generation), in \(took)\n"
        case .unchanged:
            text += stream.styled("unchanged", .green) + ": generation \(answer.generation) says the same\n"
        case .refused, .disputed: break
        }
        if !answer.changes.isEmpty { text += "\n" + Table(answer.changes).text(for: stream) }
        if !answer.schedules.isEmpty { text += "\n" + schedules.text(for: stream) }
        let waiting = answer.changes.filter { $0.effect == .restart }.map(\.path)
        if answer.outcome == .applied, !waiting.isEmpty {
            text += "\n" + stream.styled("waits for a restart: ", .yellow) + printable(waiting.joined(separator: ", "))
            text += "; `systemctl restart \(ServiceUnit.name)`\n"
        }
        return text
    }

    private var took: String { TimeText.duration(seconds: answer.tookMilliseconds / 1_000) }

    private var schedules: Table {
        var table = Table([.text("SCHEDULE"), .text("CHANGE"), .text("DETAIL")])
        for schedule in answer.schedules {
            let style: Style? =
                switch schedule.change {
                case .added, .changed: nil
                case .removed, .keptToggle, .nameTaken, .passedOver, .moved: .yellow
                }
            table.add([
                Table.Cell(schedule.name), Table.Cell(schedule.change.words, style), Table.Cell(schedule.detail),
            ])
        }
        return table
    }
}

extension ScheduleChange.Change {
    fileprivate var words: String {
        switch self {
        case .added: "added"
        case .changed: "changed"
        case .removed: "removed"
        case .keptToggle: "toggle kept"
        case .nameTaken: "name taken"
        case .passedOver: "ticks passed over"
        case .moved: "next tick moved"
        }
    }
}
