internal import CLibPQ

/// One statement over a session of its own, blocking: only for threads that nobody waits for.
enum BlockingSession {
    /// In seconds, libpq's unit here.
    private static let connectTimeout = 5

    /// Runs `sql`, ignoring its outcome: what it is for shows on the session that it acts on.
    static func execute(_ sql: String, at address: PostgresAddress) {
        let address = address.setting("connect_timeout", to: String(connectTimeout))
        guard let connection = address.withKeywords({ PQconnectdbParams($0, $1, 0) }) else { return }
        defer { PQfinish(connection) }
        guard PQstatus(connection) == CONNECTION_OK else { return }
        PQclear(PQexec(connection, sql))
    }
}

extension PostgresAddress {
    /// Calls `body` with the two nil-terminated arrays that libpq's connect functions take.
    func withKeywords<R>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> R
    ) -> R {
        func terminated(_ texts: [String]) -> (bytes: [CChar], starts: [Int]) {
            var bytes: [CChar] = []
            let starts = texts.map { text in
                defer { bytes += text.utf8CString }
                return bytes.count
            }
            return (bytes, starts)
        }
        let names = terminated(keywords.map(\.name))
        let values = terminated(keywords.map(\.value))
        return names.bytes.withUnsafeBufferPointer { nameBytes in
            values.bytes.withUnsafeBufferPointer { valueBytes in
                var namePointers = names.starts.map { nameBytes.baseAddress?.advanced(by: $0) }
                namePointers.append(nil)
                var valuePointers = values.starts.map { valueBytes.baseAddress?.advanced(by: $0) }
                valuePointers.append(nil)
                return body(&namePointers, &valuePointers)
            }
        }
    }
}
