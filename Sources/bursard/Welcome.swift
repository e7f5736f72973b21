import BursarDaemon
import Glibc

/// What a first run shows on the terminal once the daemon is ready.
struct Welcome {
    let report: ReadyReport

    func show() {
        Self.write(text, to: STDOUT_FILENO)
    }

    private var text: String {
        """

        Bursar is ready\(report.loadedDemo ? ", and values its demo school now" : "; the demo school was here already").
        Schedules: \(report.schedules). Database: \(report.isEmbedded ? "embedded PostgreSQL" : "as configured").

        Look around from another terminal:
          .build/debug/bursarctl --socket \(report.socket) status
          .build/debug/bursarctl --socket \(report.socket) schedules next
          .build/debug/bursarctl --socket \(report.socket) runs list
          .build/debug/bursarctl --socket \(report.socket) investments explain 1
        Ctrl-C stops everything in order.


        """
    }

    /// Writes it all, or as much as the other end takes.
    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
