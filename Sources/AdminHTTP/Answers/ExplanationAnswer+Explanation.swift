import AdminAPI
import Cron
import Investments
import Primitives

extension ExplanationAnswer {
    /// An explanation as the wire says it.
    init(_ explanation: StudentExplanation) {
        let zone = try? Zone(explanation.zone)
        var reckoned: Explanation?
        var error: ValuationFindingAnswer?
        switch explanation.outcome {
        case .success(let success): reckoned = success
        case .failure(let finding): error = ValuationFindingAnswer(finding)
        }
        self.init(
            studentID: IntegerText(explanation.student), name: explanation.name,
            classID: IntegerText(explanation.classID), className: explanation.className, zone: explanation.zone,
            enabled: explanation.enabled, asOf: explanation.asOf, horizon: reckoned?.horizon,
            amount: reckoned.map { IntegerText($0.amount) }, sum: reckoned?.sum,
            investments: (reckoned?.investments ?? []).map { ExplainedInvestmentAnswer($0, in: zone) },
            findings: (reckoned?.findings ?? []).map(ValuationFindingAnswer.init), error: error,
            stored: explanation.stored.map {
                StoredAmountAnswer(amount: IntegerText($0), asOf: explanation.storedAsOf)
            })
    }
}

extension ExplainedInvestmentAnswer {
    /// An investment of an explanation; in UTC where its class's zone is not known.
    init(_ investment: ExplainedInvestment, in zone: Zone?) {
        self.init(
            id: IntegerText(investment.id), amount: IntegerText(investment.amount), at: investment.instant,
            local: investment.instant.local(offset: zone?.offset(at: investment.instant) ?? 0),
            inclusion: investment.inclusion.rawValue, factor: investment.factor, value: investment.value,
            stretches: investment.stretches.map {
                ExplainedStretchAnswer(start: $0.start, end: $0.end, rate: $0.rate, factor: $0.factor)
            })
    }
}

extension ValuationFindingAnswer {
    /// A finding as the wire says it.
    init(_ finding: ValuationFinding) {
        self.init(
            code: finding.code, severity: finding.severity.rawValue, message: finding.message, hint: finding.hint)
    }
}
