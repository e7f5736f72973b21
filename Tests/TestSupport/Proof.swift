import Glibc

/// How much a proof is asked to do, and where it writes down what it did.
///
/// A test of the suite does its share in seconds. With `BURSAR_PROOF=1` the same test does the long form, and what
/// each did is gathered from the file that `BURSAR_PROOF_RECORD` names.
package enum Proof {
    /// The long form is wanted.
    package static let isLong = text("BURSAR_PROOF") == "1"

    /// Appends one line, `{"proof":NAME,FIGURE:VALUE,…}`, to the record; without a record, nothing.
    ///
    /// Every proof gives `double` and `lost`, and `visited` with `all` where it has a list to go through.
    package static func record(_ name: String, _ figures: KeyValuePairs<String, Int>) throws(ProofNotRecorded) {
        guard let path = text("BURSAR_PROOF_RECORD") else { return }
        let line = figures.reduce("{\"proof\":\"\(name)\"") { $0 + ",\"\($1.key)\":\($1.value)" } + "}\n"
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw ProofNotRecorded(path: path, reason: String(cString: strerror(errno))) }
        defer { close(file) }
        let bytes = Array(line.utf8)
        guard write(file, bytes, bytes.count) == bytes.count else {
            throw ProofNotRecorded(path: path, reason: String(cString: strerror(errno)))
        }
    }

    private static func text(_ variable: String) -> String? {
        getenv(variable).map { String(cString: $0) }
    }
}

/// The record could not be written: a proof that nobody can read is none.
package struct ProofNotRecorded: Error, CustomStringConvertible {
    let path: String
    let reason: String

    package var description: String { "the proof's record \(path) cannot be written: \(reason)" }
}
