package import Postgres
package import Primitives

import struct FoundationEssentials.UUID

/// Where a list of runs goes on: after the run with this key, newest first.
package struct RunKey: Sendable, Hashable {
    package let createdAt: Instant
    package let execution: ExecutionID

    package init(createdAt: Instant, execution: ExecutionID) {
        self.createdAt = createdAt
        self.execution = execution
    }
}

/// Which runs a list wants.
package struct RunFilter: Sendable, Hashable {
    /// A schedule's name.
    package var schedule: String?
    package var kind: String?
    /// `waiting`, `running` or an outcome.
    package var state: String?

    package init(schedule: String? = nil, kind: String? = nil, state: String? = nil) {
        self.schedule = schedule
        self.kind = kind
        self.state = state
    }

    /// What the index of the list cannot answer.
    func accepts(_ run: RunView) -> Bool {
        (kind.map { $0 == run.kind } ?? true) && (state.map { $0 == run.state } ?? true)
    }

    var isIndexed: Bool { kind == nil && state == nil }
}

extension StatementRunner {
    /// Up to `limit` runs before a key, newest first, and the key to go on from; nil after the last.
    ///
    /// What no index answers is looked for among `ListWindow.examinedMax` runs: the list may be short, even empty, and
    /// still go on.
    package func runs(
        _ filter: RunFilter, before: RunKey?, limit: Int
    ) async throws(PostgresError) -> (runs: [RunView], next: RunKey?) {
        var window = ListWindow(limit: limit, isFiltered: !filter.isIndexed)
        var key = before
        var found: [RunView] = []
        while let chunk = window.nextChunk {
            let rows = try await runs(ofSchedule: filter.schedule, before: key, limit: chunk)
            window.examined(rows.count, of: chunk)
            for run in rows {
                if found.count == limit { return (found, key) }
                key = RunKey(createdAt: run.createdAt, execution: run.execution)
                if filter.accepts(run) { found.append(run) }
            }
        }
        return (found, window.isExhausted ? nil : key)
    }

    private func runs(
        ofSchedule schedule: String?, before key: RunKey?, limit: Int
    ) async throws(PostgresError) -> [RunView] {
        if let schedule { return try await run(RunsOfSchedule(schedule: schedule, before: key, limit: Int32(limit))) }
        return try await run(RecentRuns(before: key, limit: Int32(limit)))
    }
}

/// All runs, newest first.
struct RecentRuns: Statement {
    let before: RunKey?
    let limit: Int32

    static let sql = """
        select \(RunView.columns) from \(RunView.tables)
        where (r.created_at, r.execution_id) < ($1, $2)
        order by r.created_at desc, r.execution_id desc
        limit $3
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(before?.createdAt ?? .lastStored)
        bindings.append(before?.execution ?? .last)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> RunView {
        try RunView(from: &row)
    }
}

struct RunsOfSchedule: Statement {
    let schedule: String
    let before: RunKey?
    let limit: Int32

    static let sql = """
        select \(RunView.columns) from \(RunView.tables)
        where r.schedule_id = (select id from bursar.schedule where name = $1)
          and (r.created_at, r.execution_id) < ($2, $3)
        order by r.created_at desc, r.execution_id desc
        limit $4
        """

    func bind(to bindings: inout Bindings) {
        bindings.append(schedule)
        bindings.append(before?.createdAt ?? .lastStored)
        bindings.append(before?.execution ?? .last)
        bindings.append(limit)
    }

    static func output(from row: inout Row) throws(PostgresError) -> RunView {
        try RunView(from: &row)
    }
}

extension Instant {
    /// Later than anything that is stored: the end of the year 9999.
    static let lastStored = Instant(seconds: 253_402_300_799)
}

extension ExecutionID {
    /// Sorts after all others.
    fileprivate static let last = ExecutionID(
        UUID(uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)))
}
