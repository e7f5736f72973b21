internal import Dispatch
internal import Glibc

/// Tells when a socket can be read or written, while armed.
///
/// Watches duplicates of the socket, one a direction, each closed by its source's cancellation handler: libpq may
/// close its own at any time, and no source ever watches a number that the kernel has given to another file. Not
/// Sendable: lives on its connection's queue.
final class SocketWatch {
    enum Direction { case read, write }

    private let reader: any DispatchSourceRead
    private let writer: any DispatchSourceWrite
    private var isReaderArmed = false
    private var isWriterArmed = false
    private var isCancelled = false

    /// Nil when the process has no descriptors left. `onEvent` runs on `queue`.
    init?(socket: Int32, queue: DispatchQueue, onEvent: @escaping @Sendable (Direction) -> Void) {
        let readCopy = dup(socket)
        let writeCopy = dup(socket)
        guard readCopy >= 0, writeCopy >= 0 else {
            if readCopy >= 0 { close(readCopy) }
            return nil
        }
        reader = DispatchSource.makeReadSource(fileDescriptor: readCopy, queue: queue)
        writer = DispatchSource.makeWriteSource(fileDescriptor: writeCopy, queue: queue)
        reader.setEventHandler { onEvent(.read) }
        writer.setEventHandler { onEvent(.write) }
        reader.setCancelHandler { close(readCopy) }
        writer.setCancelHandler { close(writeCopy) }
    }

    deinit { cancel() }

    /// Asks for events of these directions only.
    func arm(read: Bool, write: Bool) {
        guard !isCancelled else { return }
        if read != isReaderArmed {
            read ? reader.resume() : reader.suspend()
            isReaderArmed = read
        }
        if write != isWriterArmed {
            write ? writer.resume() : writer.suspend()
            isWriterArmed = write
        }
    }

    /// No event comes afterwards. A suspended source would never run its cancellation handler, so both are resumed.
    func cancel() {
        guard !isCancelled else { return }
        isCancelled = true
        reader.cancel()
        writer.cancel()
        if !isReaderArmed { reader.resume() }
        if !isWriterArmed { writer.resume() }
    }
}
