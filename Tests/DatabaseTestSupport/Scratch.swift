import Glibc
import Synchronization

/// The directory of this test process: when the process is gone, so are the directory and every server below it.
package enum Scratch {
    private static let base: Result<String, ScratchError> = Result { () throws(ScratchError) in
        // Short, for the sockets in it, and open to the account that servers run as when the tests are root's.
        let path = "\(root)/bursar-\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
        guard mkdir(path, 0o755) == 0, chmod(path, 0o755) == 0 else {
            throw ScratchError("\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        try Watchdog.guardDirectory(path)
        return path
    }

    /// Memory where there is enough: cloning a database is ten times as fast there as on a busy disk.
    private static var root: String {
        var facts = statvfs()
        guard statvfs(memory, &facts) == 0, access(memory, W_OK) == 0 else { return "/tmp" }
        return UInt64(facts.f_bavail) * UInt64(facts.f_frsize) >= memoryMin ? memory : "/tmp"
    }

    private static let memory = "/dev/shm"
    private static let memoryMin: UInt64 = 3 << 30

    private static let lastNumber = Mutex(0)

    /// A path for a directory that does not exist yet, the only one of its name.
    package static func path(_ name: String) throws(ScratchError) -> String {
        let number = lastNumber.withLock { number in
            number += 1
            return number
        }
        return "\(try base.get())/\(name)\(number)"
    }
}

/// The machine does not let tests have a directory.
package struct ScratchError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
