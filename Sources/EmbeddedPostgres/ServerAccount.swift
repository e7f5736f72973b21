import Glibc

/// An account of the system that a server can run as.
struct ServerAccount: Sendable, Hashable {
    let name: String
    let userID: UInt32
    let groupID: UInt32

    static let rootID: UInt32 = 0
    private static let recordBytes = 65_536

    static var currentID: UInt32 { geteuid() }

    /// Nil when the system knows no such account.
    static func named(_ name: String) -> ServerAccount? {
        lookUp { record, buffer, count, found in getpwnam_r(name, record, buffer, count, found) }
    }

    /// Nil when the system has no name for that number.
    static func numbered(_ id: UInt32) -> ServerAccount? {
        lookUp { record, buffer, count, found in getpwuid_r(id, record, buffer, count, found) }
    }

    private typealias Found = UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>

    private static func lookUp(
        _ call: (UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, Found) -> Int32
    ) -> ServerAccount? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: recordBytes) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var record = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard call(&record, base, buffer.count, &found) == 0, found != nil, let name = record.pw_name else {
                return nil
            }
            return ServerAccount(name: String(cString: name), userID: record.pw_uid, groupID: record.pw_gid)
        }
    }
}
