import FoundationEssentials
import Glibc
import SystemPackage

/// The directory made, private, locked, and given to the account that the server runs as. Lasts as long as its handle.
struct DirectoryClaim: Sendable {
    let directory: ClusterDirectory
    let handle: DirectoryHandle
    let account: ServerAccount
    /// Whether the starter is root and becomes the account for what it runs.
    let isDropped: Bool

    init(_ directory: ClusterDirectory, settings: ClusterSettings) throws(EmbeddedClusterError) {
        let starter = ServerAccount.currentID
        self.directory = directory
        let isNew = try Self.reaching(directory) { () throws(SystemFailure) in try Self.make(directory.path) }
        handle = try Self.reaching(directory) { () throws(SystemFailure) in try DirectoryHandle(opening: directory.path)
        }
        let owner = try Self.reaching(directory, handle.owner)
        let decision = AccountDecision.decide(
            starter: starter, owner: isNew ? nil : owner, isEmpty: Self.isEmpty(directory.path))
        account = try Self.account(decision, starter: starter, settings: settings, directory: directory)
        isDropped = starter != account.userID
        guard try Self.reaching(directory, handle.lock) else { throw held() }
        if owner != account.userID {
            try Self.reaching(directory) { () throws(SystemFailure) in try handle.assign(to: account) }
        }
        try Self.reaching(directory, handle.makePrivate)
    }

    private func held() -> EmbeddedClusterError {
        let holder = handle.lockHolder().map { "process \($0)" } ?? "another process"
        return EmbeddedClusterError(
            .inUse, "\(holder) holds the embedded database", at: directory.path,
            hint: "stop that daemon, or give each daemon a directory of its own, or let all share a database server")
    }

    private static func account(
        _ decision: AccountDecision, starter: UInt32, settings: ClusterSettings, directory: ClusterDirectory
    ) throws(EmbeddedClusterError) -> ServerAccount {
        switch decision {
        case .starter: return try account(numbered: starter, directory)
        case .owner(let number): return try account(numbered: number, directory)
        case .configured:
            if let account = ServerAccount.named(settings.account), account.userID != ServerAccount.rootID {
                return account
            }
            throw EmbeddedClusterError(
                .accountMissing, "PostgreSQL does not run as root, and there is no other account \(settings.account)",
                at: directory.path,
                hint: "apt-get install postgresql, which makes the account postgres, or start bursard as a normal user")
        case .refuseForeign(let owner):
            let name = ServerAccount.numbered(owner)?.name ?? "account \(owner)"
            throw EmbeddedClusterError(
                .directoryUnreachable, "the directory belongs to \(name)", at: directory.path,
                hint: "start bursard as \(name) or as root, or choose another directory")
        case .refuseOccupied:
            throw EmbeddedClusterError(
                .directoryUnreachable, "the directory belongs to root and is not empty", at: directory.path,
                hint: "name a directory of its own, such as \(directory.path)/postgres, or: chown \(settings.account)"
                    + " '\(directory.path)'")
        }
    }

    private static func account(
        numbered number: UInt32, _ directory: ClusterDirectory
    ) throws(EmbeddedClusterError) -> ServerAccount {
        if let account = ServerAccount.numbered(number) { return account }
        throw EmbeddedClusterError(
            .accountMissing, "the account \(number) has no name on this machine, and PostgreSQL asks for one",
            at: directory.path, hint: "add it to /etc/passwd, or start bursard as an account that is there")
    }

    /// Makes the directory and those above it. False when it was there.
    private static func make(_ path: String) throws(SystemFailure) -> Bool {
        var place = FilePath("/")
        let components = FilePath(path).components
        var isNew = false
        for component in components {
            place.append(component)
            isNew = mkdir(place.string, component == components.last ? 0o700 : 0o755) == 0
            // EROFS and EACCES can hide a directory that exists; what is opened next tells.
            if !isNew && errno != EEXIST && !SmallFile.exists(place.string) { throw SystemFailure(errno) }
        }
        return isNew
    }

    private static func isEmpty(_ path: String) -> Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: path).isEmpty) == true
    }

    private static func reaching<T>(
        _ directory: ClusterDirectory, _ body: () throws(SystemFailure) -> T
    ) throws(EmbeddedClusterError) -> T {
        do {
            return try body()
        } catch {
            throw EmbeddedClusterError(
                .directoryUnreachable, "the directory for the embedded database cannot be used: \(error)",
                at: directory.path, hint: "make it with mode 0700, owned by the account that starts bursard")
        }
    }
}
