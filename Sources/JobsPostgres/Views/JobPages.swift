package import Jobs
package import Postgres

/// Which jobs a list wants.
package struct JobFilter: Sendable, Hashable {
    package var state: JobState?
    package var kind: String?

    package init(state: JobState? = nil, kind: String? = nil) {
        self.state = state
        self.kind = kind
    }

    func accepts(_ job: JobView) -> Bool {
        (state.map { $0.rawValue == job.state } ?? true) && (kind.map { $0 == job.kind } ?? true)
    }
}

extension StatementRunner {
    /// Up to `limit` jobs before an id, newest first, and the id to go on from; nil after the last.
    ///
    /// What no index answers is looked for among `ListWindow.examinedMax` jobs: the list may be short, even empty, and
    /// still go on.
    package func jobs(
        _ filter: JobFilter, before: Int64?, limit: Int
    ) async throws(PostgresError) -> (jobs: [JobView], next: Int64?) {
        switch filter.state {
        case .running:
            return page(of: try await run(RunningJobs(kind: filter.kind, before: before ?? .max, limit: limit)), limit)
        case .parked:
            return page(of: try await run(ParkedJobs(kind: filter.kind, before: before ?? .max, limit: limit)), limit)
        default:
            return try await examinedJobs(filter, before: before, limit: limit)
        }
    }

    /// One more than the page holds was read, to tell whether it goes on.
    private func page(of rows: [JobView], _ limit: Int) -> (jobs: [JobView], next: Int64?) {
        let jobs = Array(rows.prefix(limit))
        return (jobs, rows.count > limit ? jobs.last?.id : nil)
    }

    private func examinedJobs(
        _ filter: JobFilter, before: Int64?, limit: Int
    ) async throws(PostgresError) -> (jobs: [JobView], next: Int64?) {
        var window = ListWindow(limit: limit, isFiltered: filter != JobFilter())
        var key = before ?? .max
        var found: [JobView] = []
        while let chunk = window.nextChunk {
            let rows = try await newestJobs(state: filter.state, before: key, limit: chunk)
            window.examined(rows.count, of: chunk)
            for job in rows {
                if found.count == limit { return (found, key) }
                key = job.id
                if filter.accepts(job) { found.append(job) }
            }
        }
        return (found, window.isExhausted ? nil : key)
    }

    /// Unfinished and finished jobs are in two tables, both by id: what a state rules out is not read.
    private func newestJobs(
        state: JobState?, before: Int64, limit: Int
    ) async throws(PostgresError) -> [JobView] {
        var rows: [JobView] = []
        if !(state?.isFinal ?? false) { rows += try await run(UnfinishedJobs(before: before, limit: limit)) }
        if state?.isFinal ?? true { rows += try await run(FinishedJobs(before: before, limit: limit)) }
        return Array(rows.sorted { $0.id > $1.id }.prefix(limit))
    }
}

struct UnfinishedJobs: Statement {
    let before: Int64
    let limit: Int

    static let sql = """
        with page as materialized (
            select \(JobView.unfinishedRow) from bursar.job where id < $1 order by id desc limit $2)
        select \(JobView.unfinishedColumns) from \(JobView.tables(of: "page")) order by j.id desc
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(before)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> JobView {
        try JobView(from: &row)
    }
}

struct FinishedJobs: Statement {
    let before: Int64
    let limit: Int

    static let sql = """
        with page as materialized (
            select \(JobView.finishedRow) from bursar.finished_job where id < $1 order by id desc limit $2)
        select \(JobView.finishedColumns) from \(JobView.tables(of: "page")) order by j.id desc
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(before)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> JobView {
        try JobView(from: &row)
    }
}

/// What runs is as much as daemons have workers and batches: it is put in order as a whole.
struct RunningJobs: Statement {
    let kind: String?
    let before: Int64
    let limit: Int

    static let sql = """
        with at_work as materialized (
            select id from bursar.job where state = 'running' and ($2::text is null or kind = $2)
            union
            select unnest(ids) from bursar.batch where $2::text is null or kind = $2),
        shown as materialized (select id from at_work where id < $1 order by id desc limit $3 + 1)
        select \(JobView.unfinishedColumns) from \(JobView.unfinishedTables)
        where j.id = any(array(select id from shown))
        order by j.id desc
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(before)
        bindings.append(kind)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> JobView {
        try JobView(from: &row)
    }
}

struct ParkedJobs: Statement {
    let kind: String?
    let before: Int64
    let limit: Int

    static let sql = """
        with page as materialized (
            select \(JobView.unfinishedRow) from bursar.job
            where state = 'parked' and id < $1 and ($2::text is null or kind = $2)
            order by id desc limit $3 + 1)
        select \(JobView.unfinishedColumns) from \(JobView.tables(of: "page")) order by j.id desc
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(before)
        bindings.append(kind)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> JobView {
        try JobView(from: &row)
    }
}
