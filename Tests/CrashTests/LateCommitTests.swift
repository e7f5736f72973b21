import Testing

extension Crashes {
    /// A COMMIT whose sender was cut off, and which arrives while the sender already mends things.
    @Suite struct LateCommitTests {
        @Test(arguments: 1...3)
        func `a step whose commit arrives late is not committed twice`(_ step: Int) async throws {
            try await deliverLate(Boundary(statement: "COMMIT", visit: step, moment: .before), of: .steps)
        }

        @Test func `a completion whose commit arrives late is not taken for a lost lease`() async throws {
            let report = try await deliverLate(Boundary(statement: "COMMIT", visit: 1, moment: .before), of: .transfer)
            #expect(!report.logs.contains { $0.contains("the lease was lost") })
        }

        @discardableResult
        private func deliverLate(_ boundary: Boundary, of scenario: Scenario) async throws -> BoundaryRun.Report {
            let run = BoundaryRun(scenario: scenario, boundary: boundary, fault: .delay, isJoined: false)
            let report = try await run.perform()
            #expect(report.isReached)
            #expect(report.audit.isClean, "\(report.audit.faults)\n\(report.logs.joined(separator: "\n——\n"))")
            return report
        }
    }
}
