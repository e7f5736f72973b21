import Glibc

extension Actor {
    /// The longest name that is written down.
    private static let nameMax = 200

    /// The person behind this process: who called sudo, else who logged in, else whose process it is.
    package static func ofThisProcess(environment: [String: String]) -> Actor {
        of(user: getuid(), login: loginUser(), environment: environment, name: accountName)
    }

    /// - Parameters:
    ///   - login: of whoever logged in, however often the process changed its user since; nil for services.
    ///   - name: of an account; nil when the system has none of that number.
    static func of(
        user: UInt32, login: UInt32?, environment: [String: String], name: (UInt32) -> String?
    ) -> Actor {
        // Anybody can set the variable, but only root's word counts, and root could write down anything.
        if user == 0, let caller = environment["SUDO_USER"], !caller.isEmpty {
            return Actor(name: String(caller.prefix(nameMax)), uid: environment["SUDO_UID"].flatMap { UInt32($0) })
        }
        let person = login ?? user
        return Actor(name: String((name(person) ?? "uid \(person)").prefix(nameMax)), uid: person)
    }

    /// Nil when nobody logged in: a service, a container.
    private static func loginUser() -> UInt32? {
        let descriptor = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0, let user = UInt32(String(decoding: buffer[..<count].filter { $0 > 32 }, as: UTF8.self)) else {
            return nil
        }
        return user == .max ? nil : user
    }

    private static let recordBytes = 65_536

    /// Nil when the system has no name for it.
    package static func accountName(_ user: UInt32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: recordBytes) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var record = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard getpwuid_r(user, &record, base, buffer.count, &found) == 0, found != nil, let name = record.pw_name
            else { return nil }
            return String(cString: name)
        }
    }
}
