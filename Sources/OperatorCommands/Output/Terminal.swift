import Glibc
import Synchronization

/// Where a command writes and reads: standard output, standard error, standard input, or what a test gives it.
package struct Terminal: Sendable {
    package let output: TextStream
    package let error: TextStream
    package let input: InputStream

    package init(output: TextStream, error: TextStream, input: InputStream) {
        self.output = output
        self.error = error
        self.input = input
    }

    /// The terminal that the process was started with.
    package static func standard(environment: [String: String]) -> Terminal {
        Terminal(
            output: .descriptor(STDOUT_FILENO, environment: environment),
            error: .descriptor(STDERR_FILENO, environment: environment),
            input: InputStream(descriptor: STDIN_FILENO))
    }
}

/// One direction of output.
package struct TextStream: Sendable {
    /// A person looks at it: lines may be redrawn.
    package let isInteractive: Bool
    package let usesColour: Bool
    /// The width to fit into; nil: no limit.
    package let columns: Int?
    private let sink: @Sendable ([UInt8]) throws(OutputClosed) -> Void

    package init(
        isInteractive: Bool, usesColour: Bool, columns: Int?,
        sink: @escaping @Sendable ([UInt8]) throws(OutputClosed) -> Void
    ) {
        self.isInteractive = isInteractive
        self.usesColour = usesColour
        self.columns = columns
        self.sink = sink
    }

    /// Writes bytes as they are.
    package func write(_ bytes: [UInt8]) throws(OutputClosed) {
        guard !bytes.isEmpty else { return }
        try sink(bytes)
    }

    /// Writes text as it is.
    package func write(_ text: String) throws(OutputClosed) {
        try write(Array(text.utf8))
    }

    /// Writes text and the end of its line.
    package func line(_ text: String = "") throws(OutputClosed) {
        try write(text + "\n")
    }

    /// The stream of an open file: a terminal's width and colours if it is one and the environment agrees.
    static func descriptor(_ descriptor: Int32, environment: [String: String]) -> TextStream {
        let isTerminal = isatty(descriptor) == 1
        let term = environment["TERM"] ?? ""
        let canDraw = isTerminal && !term.isEmpty && term != "dumb"
        return TextStream(
            isInteractive: canDraw, usesColour: canDraw && (environment["NO_COLOR"] ?? "").isEmpty,
            columns: isTerminal ? width(of: descriptor) : nil
        ) { bytes throws(OutputClosed) in
            try writeAll(bytes, to: descriptor)
        }
    }

    private static func width(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else { return 80 }
        return Int(size.ws_col)
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(OutputClosed) {
        var start = 0
        while start < bytes.count {
            let written = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start)
            }
            if written > 0 {
                start += written
            } else if errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&entry, 1, -1)
            } else if errno != EINTR {
                throw OutputClosed(isPipe: errno == EPIPE, reason: String(cString: strerror(errno)))
            }
        }
    }
}

/// Output went nowhere: the reader of the pipe has gone, the disk is full.
package struct OutputClosed: Error, Sendable, Hashable {
    /// Nobody reads on, as `head` does once it has enough: no failure.
    package let isPipe: Bool
    package let reason: String
}
