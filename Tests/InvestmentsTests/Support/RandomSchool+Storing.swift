import Cron
import Postgres
import Primitives
import Synchronization

extension RandomSchool {
    /// Writes the school into an empty database: class and student ids count from 1.
    func store(in pool: PostgresPool) async throws {
        try await pool.transaction { transaction in
            try await copy(
                classes, into: "classes", columns: ["id", "name", "end_date", "timezone", "is_enabled"], in: transaction
            ) { index, item, writer in
                writer.append(Int64(index + 1))
                writer.append("class \(index + 1)")
                writer.append(item.end)
                writer.append(item.zone.identifier)
                writer.append(item.enabled)
            }
            for (index, item) in classes.enumerated() {
                for step in item.rates {
                    try await SchoolBook(transaction).addRate(step.rate, from: "\(step.date)", to: Int64(index + 1))
                }
            }
            try await copy(
                students, into: "students", columns: ["id", "registro", "name", "email", "class_id", "is_enabled"],
                in: transaction
            ) { index, item, writer in
                writer.append(Int64(index + 1))
                writer.append(Int64(index + 1))
                writer.append("student \(index + 1)")
                writer.append("student\(index + 1)@example.org")
                writer.append(Int64(item.classIndex + 1))
                writer.append(item.enabled)
            }
            let holdings = students.enumerated().flatMap { index, item in
                item.holdings.map { (student: Int64(index + 1), holding: $0) }
            }
            try await copy(
                holdings, into: "investments", columns: ["student_id", "fecha", "monto"], in: transaction
            ) { _, item, writer in
                writer.append(item.student)
                writer.append(item.holding.instant)
                writer.append(item.holding.amount)
            }
        }
        for table in ["classes", "students", "investments"] {
            try await pool.execute(
                """
                select setval(pg_get_serial_sequence('investments.\(unsafe: table)', 'id'), max(id))
                from investments.\(identifier: table)
                """)
        }
    }

    private func copy<Item: Sendable>(
        _ items: [Item], into table: String, columns: [String], in transaction: Transaction,
        _ fill: @escaping @Sendable (Int, Item, inout CopyWriter) -> Void
    ) async throws {
        let position = Mutex(0)
        try await transaction.copyIn("investments.\(table)", columns: columns) { writer in
            let index = position.withLock { position in
                defer { position += 1 }
                return position
            }
            guard index < items.count else { return false }
            writer.row(columns: columns.count)
            fill(index, items[index], &writer)
            return index + 1 < items.count
        }
    }
}
