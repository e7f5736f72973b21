/// What a doctor found, stage by stage.
struct DoctorReport: Sendable, Encodable {
    private struct Finding: Sendable, Encodable {
        let name: String
        let verdict: Verdict

        private enum CodingKeys: String, CodingKey {
            case name, verdict, detail, cause, fix
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(verdict.word, forKey: .verdict)
            try container.encode(verdict.detail, forKey: .detail)
            try container.encode(verdict.remedy?.cause, forKey: .cause)
            try container.encode(verdict.remedy?.fix, forKey: .fix)
        }
    }

    private struct Stage: Sendable, Encodable {
        let stage: Int
        let title: String
        let checks: [Finding]
    }

    private let stages: [Stage]
    private let passed: Int
    private let warnings: Int
    private let failed: Int
    private let unseen: Int

    /// Judges `facts` by the checks of the stages up to `last`.
    init(_ facts: DoctorFacts, upTo last: DoctorStage) {
        let asked = DoctorStage.allCases.filter { $0.rawValue <= last.rawValue }
        stages = asked.map { stage in
            Stage(
                stage: stage.rawValue, title: stage.title,
                checks: stage.checks.map { Finding(name: $0.name, verdict: $0.judge(facts)) })
        }
        let words = stages.flatMap { $0.checks.map(\.verdict.word) }
        func count(_ word: String) -> Int { words.count { $0 == word } }
        (passed, warnings, failed, unseen) = (count("passed"), count("warning"), count("failed"), count("unseen"))
    }

    var exitStatus: CommandStatus { failed == 0 ? .success : .bad }

    func text(for stream: TextStream) -> String {
        var text = ""
        for stage in stages {
            text += stream.styled("\(stage.stage)  \(stage.title)", .bold) + "\n"
            let width = stage.checks.map(\.name.count).max() ?? 0
            for finding in stage.checks { text += line(finding, width: width, stream) }
            text += "\n"
        }
        let summary = [
            "\(passed) passed", warnings == 1 ? "1 warning" : "\(warnings) warnings", "\(failed) failed",
            "\(unseen) not seen",
        ]
        return text + summary.joined(separator: ", ") + "\n"
    }

    private func line(_ finding: Finding, width: Int, _ stream: TextStream) -> String {
        let (mark, style): (String, Style) =
            switch finding.verdict {
            case .passed: ("ok    ", .green)
            case .warning: ("warn  ", .yellow)
            case .failed: ("FAILED", .red)
            case .unseen: ("unseen", .faint)
            }
        let gap = String(repeating: " ", count: width - finding.name.count + 2)
        var text = "   " + stream.styled(mark, style) + "  \(finding.name)\(gap)\(printable(finding.verdict.detail))\n"
        if let remedy = finding.verdict.remedy {
            let margin = String(repeating: " ", count: 11)
            text += margin + stream.styled("cause: ", .faint) + printable(remedy.cause) + "\n"
            text += margin + stream.styled("fix:   ", .cyan) + printable(remedy.fix) + "\n"
        }
        return text
    }
}
