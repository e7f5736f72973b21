import AdminAPI
import Primitives

/// An explanation as people read it.
struct ExplanationText {
    private let answer: ExplanationAnswer

    init(_ answer: ExplanationAnswer) {
        self.answer = answer
    }

    func text(for stream: TextStream) -> String {
        var text = facts.text(for: stream)
        guard !answer.investments.isEmpty else { return text }
        text += "\n" + investments.text(for: stream)
        let stretches = stretches
        if !stretches.isEmpty { text += "\n" + stretches.text(for: stream) }
        return text
    }

    private var facts: Facts {
        var facts = Facts()
        facts.add("student", "\(answer.studentID) \(answer.name)")
        facts.add("class", "\(answer.classID) \(answer.className), \(answer.zone)")
        facts.add("enabled", answer.enabled ? "yes" : "no: balances show 0", answer.enabled ? nil : .yellow)
        facts.add("as of", answer.asOf.rfc3339)
        if let horizon = answer.horizon, horizon != answer.asOf { facts.add("class ended", horizon.rfc3339) }
        facts.add("sum", answer.sum)
        facts.add("amount", answer.amount?.description, .bold)
        facts.add("no amount", answer.error.map { "\($0.code): \($0.message); \($0.hint)" }, .red)
        for finding in answer.findings { facts.add(finding.severity, "\(finding.code): \(finding.message)", .yellow) }
        facts.add("stored", answer.stored.map { "\($0.amount) as of \($0.asOf?.rfc3339 ?? "-")" } ?? "nothing yet")
        return facts
    }

    private var investments: Table {
        var table = Table([
            .number("INVESTMENT"), .text("DATE"), .number("COINS"), .text("COUNTED"), .number("GREW BY"),
            .number("WORTH"),
        ])
        for investment in answer.investments {
            table.add([
                Table.Cell(investment.id.description), Table.Cell(investment.local),
                Table.Cell(investment.amount.description),
                Table.Cell(investment.inclusion), Table.Cell(investment.factor), Table.Cell(investment.value),
            ])
        }
        return table
    }

    /// Each investment's time under each rate.
    private var stretches: Table {
        var table = Table([
            .number("INVESTMENT"), .text("FROM"), .text("TO"), .number("MONTHLY RATE"), .number("GREW BY"),
        ])
        for investment in answer.investments {
            for stretch in investment.stretches {
                table.add([
                    Table.Cell(investment.id.description), Table.Cell(stretch.start.rfc3339),
                    Table.Cell(stretch.end.rfc3339),
                    Table.Cell(stretch.rate), Table.Cell(stretch.factor),
                ])
            }
        }
        return table
    }
}
