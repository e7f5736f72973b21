import AdminAPI
import Glibc

/// Asks the kernel of the daemon's process.
enum ProcessSurvey {
    private static let readMax = 16_384

    /// The unit's process, else that of the daemon that answers.
    static func process(_ unit: Sight<UnitFacts>, _ daemon: Sight<DaemonFacts>) -> Sight<ProcessFacts> {
        let ofUnit = unit.value.flatMap { Int($0["MainPID"]) } ?? 0
        let processID = ofUnit > 0 ? ofUnit : daemon.value?.status.processID ?? 0
        guard processID > 0 else { return .hidden("no daemon is known to run") }
        guard let name = text("/proc/\(processID)/comm") else {
            return .hidden("process \(processID) is not seen from here")
        }
        return .seen(
            ProcessFacts(
                processID: processID, name: name.split(separator: "\n").first.map(String.init) ?? "",
                program: link("/proc/\(processID)/exe"), openFiles: openFiles(of: processID)))
    }

    private static func openFiles(of processID: Int) -> Sight<Int> {
        guard let limits = text("/proc/\(processID)/limits"),
            let line = limits.split(separator: "\n").first(where: { $0.hasPrefix("Max open files") }),
            let soft = line.dropFirst("Max open files".count).split(separator: " ").first
        else { return .hidden("this user may not see the limits of process \(processID)") }
        return .seen(Int(soft) ?? .max)
    }

    private static func link(_ path: String) -> Sight<String> {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let capacity = bytes.count
        let count = bytes.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { readlink(path, $0.assumingMemoryBound(to: CChar.self), capacity) } ?? -1
        }
        guard count > 0 else { return .hidden("this user may not see the daemon's program: use sudo") }
        return .seen(String(decoding: bytes[..<count], as: UTF8.self))
    }

    /// A small file of the kernel's.
    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: readMax)
        let count = read(descriptor, &bytes, readMax)
        return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
