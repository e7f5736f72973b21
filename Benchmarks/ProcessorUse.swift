import FoundationEssentials
import Glibc

/// Processor time used up to an instant, in seconds.
struct ProcessorUse: Sendable {
    /// Of this process.
    let client: Double
    /// Of the server and everything that it has started, what has ended included.
    let server: Double

    static func now(of database: BenchDatabase) -> ProcessorUse {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return ProcessorUse(
            client: seconds(usage.ru_utime) + seconds(usage.ru_stime), server: server(database.postmaster))
    }

    /// What was used since `start`, a piece of work.
    func cost(since start: ProcessorUse, pieces: Int) -> ProcessorCost {
        ProcessorCost(
            client: (client - start.client) * 1e6 / Double(pieces),
            server: (server - start.server) * 1e6 / Double(pieces))
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
    }

    private static func server(_ postmaster: pid_t) -> Double {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let ticks = entries.compactMap { pid_t($0) }.reduce(0.0) { sum, pid in
            guard let fields = fields(of: pid), fields.count > Field.systemOfChildren else { return sum }
            if pid == postmaster { return sum + total(fields, Field.user...Field.systemOfChildren) }
            return fields[Field.parent] == "\(postmaster)" ? sum + total(fields, Field.user...Field.system) : sum
        }
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func total(_ fields: [Substring], _ range: ClosedRange<Int>) -> Double {
        fields[range].reduce(0) { $0 + (Double($1) ?? 0) }
    }

    /// The fields of `/proc/<pid>/stat` behind the name, which may hold anything; nil when the process is gone.
    private static func fields(of pid: pid_t) -> [Substring]? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }

    /// Places behind the name, from 0.
    private enum Field {
        static let parent = 1
        static let user = 11
        static let system = 12
        static let systemOfChildren = 14
    }
}
