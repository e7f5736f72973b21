import Glibc

/// How a line looks where there is no journal.
protocol LogFormat: Sendable {
    /// The line with the newline at its end.
    func text(of record: LogRecord) -> String
}

/// Writes lines as text to a descriptor.
struct TextWriter: Sendable {
    /// How often a descriptor that takes nothing is asked again, and for how long each time.
    private static let attemptsMax = 50
    private static let attemptMilliseconds: Int32 = 100

    let format: any LogFormat
    let descriptor: Int32

    func write(_ records: [LogRecord]) {
        var bytes: [UInt8] = []
        for record in records { bytes.append(contentsOf: format.text(of: record).utf8) }
        write(bytes[...])
    }

    /// A descriptor that stays full, or is closed at its other end, loses the lines: there is nobody to tell.
    private func write(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        var attempts = 0
        while !rest.isEmpty, attempts < Self.attemptsMax {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
                attempts = 0
                continue
            }
            attempts += 1
            guard written < 0, errno == EAGAIN || errno == EINTR else { return }
            var wish = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&wish, 1, Self.attemptMilliseconds)
        }
    }
}
