import Glibc
import Synchronization

/// The directory of this test process: when the process is gone, so are the directory and every server below it.
package enum Scratch {
    private static let base: Result<String, ScratchError> = Result { () throws(ScratchError) in
        // Short, for the sockets in it, and open to the account that servers run as when the tests are root's.
        let path = "/tmp/bursar-\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
        guard mkdir(path, 0o755) == 0, chmod(path, 0o755) == 0 else {
            throw ScratchError("\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        try Watchdog.guardDirectory(path)
        return path
    }

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
