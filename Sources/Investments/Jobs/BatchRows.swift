import JobsPostgres
import Postgres
import Primitives

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
        try await transaction.copyIn(
            "investments.result_\(run)",
            columns: ["run_no", "student_id", "class_id", "amount", "discounted", "magnitude"],
            from: 0
        ) { (next: inout Int, writer: inout CopyWriter) in
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
            next = end
            return next < rows.count
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
