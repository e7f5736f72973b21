package import Postgres
package import Primitives

/// One thing that a run found wrong, as its row says it.
package struct FindingView: Sendable, Hashable {
    package let id: Int64
    package let code: String
    package let severity: String
    package let subject: String
    package let subjectID: Int64
    package let message: String
    package let hint: String
    package let foundAt: Instant

    static let columns = "id, code, severity, subject, subject_id, message, hint, found_at"

    init(from row: inout Row) throws(PostgresError) {
        id = try row.next()
        code = try row.next()
        severity = try row.next()
        subject = try row.next()
        subjectID = try row.next()
        message = try row.next()
        hint = try row.next()
        foundAt = try row.next()
    }
}

/// Findings of a run in the order of their ids.
package struct FindingsAfter: Statement {
    let execution: ExecutionID
    let after: Int64
    let severity: String?
    let limit: Int

    package init(_ execution: ExecutionID, after: Int64, severity: String?, limit: Int) {
        self.execution = execution
        self.after = after
        self.severity = severity
        self.limit = limit
    }

    package static let sql = """
        select \(FindingView.columns) from bursar.finding
        where execution_id = $1 and id > $2 and ($3::text is null or severity = $3)
        order by id limit $4
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(execution)
        bindings.append(after)
        bindings.append(severity)
        bindings.append(limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> FindingView {
        try FindingView(from: &row)
    }
}

/// The first findings of a run, warnings before notices.
package struct FirstFindings: Statement {
    let execution: ExecutionID
    let limit: Int

    package init(_ execution: ExecutionID, limit: Int) {
        self.execution = execution
        self.limit = limit
    }

    package static let sql = """
        select \(FindingView.columns) from bursar.finding
        where execution_id = $1 order by severity = 'notice', id limit $2
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(execution)
        bindings.append(limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> FindingView {
        try FindingView(from: &row)
    }
}

/// How many findings of each severity a run has, each up to a limit.
package struct CountFindings: Statement {
    /// A count never says more.
    package static let limit = 100_000

    let execution: ExecutionID

    package init(_ execution: ExecutionID) {
        self.execution = execution
    }

    package static let sql = """
        select (select count(*) from (
                    select from bursar.finding where execution_id = $1 and severity = 'warning' limit $2) w),
               (select count(*) from (
                    select from bursar.finding where execution_id = $1 and severity = 'notice' limit $2) n)
        """

    package func bind(to bindings: inout Bindings) {
        bindings.append(execution)
        bindings.append(Self.limit)
    }

    package static func output(from row: inout Row) throws(PostgresError) -> (warnings: Int, notices: Int) {
        (warnings: try row.next(Int.self), notices: try row.next(Int.self))
    }
}
