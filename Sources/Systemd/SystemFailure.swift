import Glibc

/// What error numbers of the system are called.
enum SystemFailure {
    /// The system's own words, such as `Permission denied`.
    static func text(_ number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 128)
        let problem = buffer.withUnsafeMutableBytes { strerror_r(number, $0.baseAddress!, $0.count) }
        return problem == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : "error \(number)"
    }
}
