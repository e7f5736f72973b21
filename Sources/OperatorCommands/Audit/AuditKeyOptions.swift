import ArgumentParser
import Audit

/// The keys that the audit was signed with.
struct AuditKeyOptions: ParsableArguments {
    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "A file with a key of the audit, once for each key that it was ever signed with.",
            discussion: "Default: audit.key of the state directory.", valueName: "file"), completion: .file())
    var files: [String] = []

    /// Whether the operator said which keys are meant.
    var isNamed: Bool { !files.isEmpty }

    /// Every key that is named; the default one if none is.
    func keys(stateDirectory: String) throws(CommandFailure) -> [AuditKey] {
        var keys: [AuditKey] = []
        for path in files.isEmpty ? [stateDirectory + "/audit.key"] : files { keys.append(try Self.key(path)) }
        return keys
    }

    /// The last that is named; else the default one if it is there and may be read.
    func newest(stateDirectory: String) throws(CommandFailure) -> AuditKey? {
        if let path = files.last { return try Self.key(path) }
        return try? AuditKey.read(stateDirectory + "/audit.key")
    }

    /// The key of a file that must be there.
    static func key(_ path: String) throws(CommandFailure) -> AuditKey {
        do throws(AuditFileError) {
            if let key = try AuditKey.read(path) { return key }
        } catch {
            throw CommandFailure(error)
        }
        throw CommandFailure(
            .permission, "\(path): there is no such file",
            hint: "the daemon makes its key when it first starts; name another's, or the credential, by --key")
    }
}

extension CommandFailure {
    /// Why a key or anchors cannot be had.
    init(_ error: AuditFileError) {
        self.init(.permission, "\(error.place): \(error.reason)", hint: error.fix)
    }
}
