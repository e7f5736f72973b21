import AdminAPI
import Primitives

extension Table {
    /// Runs, one a line.
    init(_ runs: [RunAnswer]) {
        self.init([
            .text("EXECUTION"), .text("STATE"), .text("SCHEDULE"), .text("TRIGGER"), .text("STARTED"),
            .number("TOOK"), .number("DONE"), .text("ERROR"),
        ])
        for run in runs {
            let took = run.durationSeconds.map { TimeText.duration(seconds: $0) }
            let share = run.progress?.share.map { "\(Int(($0 * 100).rounded(.down)))%" }
            add([
                Cell(run.executionID.description), Cell(state: run.state), Cell(run.schedule ?? run.kind),
                Cell(run.trigger), Cell(TimeText.instant(run.startedAt)), Cell(took), Cell(share),
                Cell(run.error ?? ""),
            ])
        }
    }

    /// Findings, one a line.
    init(_ findings: [FindingAnswer]) {
        self.init([.text("SEVERITY"), .text("CODE"), .text("ABOUT"), .text("MESSAGE"), .text("HINT")])
        for finding in findings {
            add([
                Cell(state: finding.severity), Cell(finding.code), Cell("\(finding.subject) \(finding.subjectID)"),
                Cell(finding.message), Cell(finding.hint),
            ])
        }
    }
}
