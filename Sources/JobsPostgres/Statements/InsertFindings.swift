package import Postgres
package import Primitives

/// What a run found wrong, as rows. Found again by a repeated step, it is written once.
package struct InsertFindings: Statement {
    /// One thing found wrong.
    package struct Finding: Sendable, Hashable {
        package var code: String
        package var isWarning: Bool
        /// What it is about: `class`, `student`.
        package var subject: String
        package var subjectID: Int64
        package var message: String
        package var hint: String

        package init(
            code: String, isWarning: Bool, subject: String, subjectID: Int64, message: String, hint: String
        ) {
            self.code = code
            self.isWarning = isWarning
            self.subject = subject
            self.subjectID = subjectID
            self.message = message
            self.hint = hint
        }
    }

    package let execution: ExecutionID
    package let findings: [Finding]
    package let now: Instant?

    package init(execution: ExecutionID, findings: [Finding], now: Instant? = nil) {
        self.execution = execution
        self.findings = findings
        self.now = now
    }

    package static let sql = """
        insert into bursar.finding (execution_id, code, severity, subject, subject_id, message, hint, found_at)
        select $1, f.code, case when f.warning then 'warning' else 'notice' end, f.subject, f.subject_id, f.message,
               f.hint, coalesce($8, clock_timestamp())
        from unnest($2::text[], $3::boolean[], $4::text[], $5::bigint[], $6::text[], $7::text[])
            as f (code, warning, subject, subject_id, message, hint)
        on conflict (execution_id, code, subject, subject_id) do nothing
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(execution)
        bindings.append(findings.map(\.code))
        bindings.append(findings.map(\.isWarning))
        bindings.append(findings.map(\.subject))
        bindings.append(findings.map(\.subjectID))
        bindings.append(findings.map(\.message))
        bindings.append(findings.map(\.hint))
        bindings.append(now)
    }
}
