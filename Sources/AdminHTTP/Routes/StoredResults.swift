import AdminAPI
import Hummingbird
import JobsPostgres
import NIOCore
import Postgres
import Primitives

/// What a run gave each student, read page by page: whoever reads slowly holds no connection to the database.
struct StoredResults: Sendable {
    private let run: Int32
    private let pool: PostgresPool

    private static let pageRows = 10_000

    /// Refuses a run that is not there, has not ended well, is of a kind without such results, or whose rows are gone.
    init(of execution: ExecutionID, on pool: PostgresPool) async throws {
        guard let run = try await pool.first(RunByExecution(execution)) else { throw RunRoutes.noRun(execution) }
        guard run.outcome == "success" || run.outcome == "warning" else {
            throw RequestRefusal.conflict(
                "run \(execution) is \(run.state): it has no results to rely on",
                hint: "`bursarctl runs watch \(execution)` waits for its end")
        }
        guard let stored = try await pool.first(FindResults(execution)) else {
            throw RequestRefusal.notFound(
                "run \(execution) of \(run.kind) valued no students", hint: "runs of investments.value do")
        }
        guard stored.isKept else { throw Self.gone(execution) }
        self.run = stored.run
        self.pool = pool
    }

    /// Writes every row. Throws, so that the reader sees a broken answer, when the rows were dropped meanwhile.
    @concurrent func write(as format: ResultFormat, to writer: inout any ResponseBodyWriter) async throws {
        var buffer = ByteBuffer()
        format.writeHeader(to: &buffer)
        var cursor = Int64.min
        while true {
            let rows = try await pool.run(ResultsAfter(run: run, student: cursor, limit: Self.pageRows))
            for row in rows { format.write(row, to: &buffer) }
            try await writer.write(buffer)
            buffer.clear()
            guard rows.count == Self.pageRows, let last = rows.last else { break }
            cursor = last.student
        }
        guard try await pool.first(AreResultsKept(run: run)) == true else { throw ResultsDropped() }
        try await writer.finish(nil)
    }

    private static func gone(_ execution: ExecutionID) -> RequestRefusal {
        RequestRefusal(
            .gone, "gone", "No longer kept", "the results of run \(execution) are no longer kept", place: "path",
            hint: "run the schedule again with the same --as-of")
    }
}

/// The rows of a run were dropped while they were read.
private struct ResultsDropped: Error {}

/// How results are written.
enum ResultFormat: String, Sendable, CaseIterable {
    case csv, jsonl

    var contentType: String {
        switch self {
        case .csv: "text/csv; charset=utf-8; header=present"
        case .jsonl: "application/jsonl"
        }
    }

    func writeHeader(to buffer: inout ByteBuffer) {
        if self == .csv { buffer.writeString("student_id,amount\n") }
    }

    /// A student in error has an empty amount, or null.
    func write(_ row: StoredResult, to buffer: inout ByteBuffer) {
        switch self {
        case .csv:
            buffer.writeString("\(row.student),")
            if let amount = row.amount { buffer.writeString("\(amount)") }
            buffer.writeString("\n")
        case .jsonl:
            buffer.writeString("{\"amount\":")
            buffer.writeString(row.amount.map { "\"\($0)\"" } ?? "null")
            buffer.writeString(",\"student_id\":\"\(row.student)\"}\n")
        }
    }
}
