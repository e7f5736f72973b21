internal import CLibPQ
internal import Dispatch

/// An open libpq handle and what belongs to it. Not Sendable: lives on its connection's queue, ends with `finish`.
final class Session {
    let handle: OpaquePointer
    let watch: SocketWatch
    let canceller: Canceller
    /// Of the one host that serves it.
    let address: PostgresAddress
    /// The server's process is at least as old.
    let opened = ContinuousClock.now
    /// Statements that the server has prepared, by their Swift type.
    var prepared: [ObjectIdentifier: Prepared] = [:]
    private var preparedCount = 0

    struct Prepared {
        let name: String
        let types: [Oid]
    }

    init(handle: OpaquePointer, watch: SocketWatch, canceller: Canceller, address: PostgresAddress) {
        self.handle = handle
        self.watch = watch
        self.canceller = canceller
        self.address = address
    }

    deinit {
        watch.cancel()
        PQfinish(handle)
    }

    /// A name that no statement of this session has had: readable, and within the 63 bytes that the server compares.
    func newStatementName(for statement: String) -> String {
        preparedCount += 1
        let readable = statement.utf8.prefix(40).filter { $0 < 128 }
        return String(decoding: readable, as: UTF8.self) + "_\(preparedCount)"
    }

    /// Why the session failed, in libpq's words: the first line, which never quotes a statement.
    var complaint: String {
        let text = String(cString: PQerrorMessage(handle))
        return text.split(separator: "\n").first.map(String.init) ?? "the connection ended"
    }
}
