import FoundationEssentials
import Glibc

/// A directory of one test, gone with it.
final class Scratch: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/bursar-systemd-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no scratch directory can be made")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something in it.
    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file of these bytes.
    func write(_ name: String, _ bytes: [UInt8]) {
        let file = open(self(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o400)
        precondition(file >= 0, "\(name) cannot be written")
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            precondition(count > 0, "\(name) cannot be written")
            rest = rest.dropFirst(count)
        }
    }
}
