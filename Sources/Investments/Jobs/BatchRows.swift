import JobsPostgres
import Postgres
import Primitives
import Synchronization

/// A batch on its way into the run's own partition, with its findings.
struct BatchRows: Sendable {
    let run: Int32
    let batch: StudentBatch
    let execution: ExecutionID

    /// Rows handed to COPY at a time.
    private static let rowsAtOnce = 1_000

    func write(in transaction: Transaction) async throws {
        let rows = batch.rows
        let run = run
        let position = Mutex(0)
        try await transaction.copyIn(
            "investments.result_\(run)",
            columns: ["run_no", "student_id", "class_id", "amount", "discounted", "magnitude"]
        ) { writer in
            let next = position.withLock { $0 }
            let end = min(next + Self.rowsAtOnce, rows.count)
            for row in rows[next..<end] {
                writer.row(columns: 6)
                writer.append(run)
                writer.append(row.student)
                writer.append(row.classID)
                writer.append(row.amount)
                writer.append(row.kept?.total)
                writer.append(row.kept?.magnitude)
            }
            position.withLock { $0 = end }
            return end < rows.count
        }
        guard !batch.findings.isEmpty else { return }
        try await transaction.run(
            InsertFindings(
                execution: execution,
                findings: batch.findings.map { found in
                    InsertFindings.Finding(found.finding, subject: "student", id: found.student)
                }))
    }
}

extension InsertFindings.Finding {
    init(_ finding: ValuationFinding, subject: String, id: Int64) {
        self.init(
            code: finding.code, isWarning: finding.severity == .warning, subject: subject, subjectID: id,
            message: finding.message, hint: finding.hint)
    }
}
