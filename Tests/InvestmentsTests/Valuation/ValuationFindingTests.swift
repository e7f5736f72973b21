import Investments
import Testing

@Suite struct ValuationFindingTests {
    @Test(arguments: [
        (ValuationFinding.noRate, "NO_RATE", ValuationFinding.Severity.warning),
        (.invalidZone(identifier: "Mars/Olympus"), "INVALID_ZONE", .warning),
        (.invalidRate(text: "NaN"), "INVALID_RATE", .warning),
        (.invalidDate(text: "infinity"), "INVALID_DATE", .warning),
        (.overflow, "OVERFLOW", .warning),
        (.drift(run: 7), "DRIFT", .warning),
        (.noEndDate, "NO_END_DATE", .notice),
        (.futureInvestments(count: 2), "FUTURE_INVESTMENTS", .notice),
        (.negativeBalance(amount: -3), "NEGATIVE_BALANCE", .notice),
    ])
    func `a finding has a stable code, a severity, a sentence and a hint`(
        finding: ValuationFinding, code: String, severity: ValuationFinding.Severity
    ) {
        #expect(finding.code == code)
        #expect(finding.severity == severity)
        #expect(finding.description.hasPrefix("\(code): "))
        #expect(!finding.message.isEmpty)
        #expect(!finding.hint.isEmpty)
    }

    @Test func `one future investment is told of in the singular`() {
        #expect(ValuationFinding.futureInvestments(count: 1).message.hasPrefix("1 investment lies"))
        #expect(ValuationFinding.futureInvestments(count: 2).message.hasPrefix("2 investments lie"))
    }
}
