import FoundationEssentials
import Glibc
import Investments
import Testing

/// A second opinion on values: Python's decimal arithmetic, which shares nothing with the code under test but the
/// inputs.
///
/// It multiplies out every factor by itself with as many digits as asked, and calls a distance to a tie that is all but
/// gone a tie.
enum Oracle {
    /// What the oracle makes of a student: an amount or a code, and the sum before rounding.
    struct Opinion: Sendable {
        let answer: String
        let sum: String
    }

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Opinions on students, in their order. Fails where there is no `python3`.
    static func opinions(on students: [Student], digits: Int = 60) throws -> [Opinion] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "oracle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appending(path: "oracle.py")
        let input = folder.appending(path: "students.txt")
        try Data(source.utf8).write(to: script)
        try Data(students.map(line).joined(separator: "\n").utf8).write(to: input)
        let output = try run("python3 '\(script.path)' \(digits) < '\(input.path)'")
        let lines = output.split(separator: "\n")
        guard lines.count == students.count else {
            throw Missing(description: "python3 gave \(lines.count) answers to \(students.count) questions: \(output)")
        }
        return lines.map { line in
            let parts = line.split(separator: " ")
            return Opinion(answer: String(parts[0]), sum: parts.count > 1 ? String(parts[1]) : "")
        }
    }

    private static func line(_ student: Student) -> String {
        let rates = student.rates.map { "\($0.start):\($0.text)" }.joined(separator: ",")
        let investments = student.investments.map { "\($0.instant):\($0.amount)" }.joined(separator: ",")
        let end = student.end.map(String.init) ?? "-"
        return "\(student.policy.rawValue) \(student.asOf) \(end) \(rates) \(investments.isEmpty ? "-" : investments)"
    }

    private static func run(_ command: String) throws -> String {
        guard let pipe = popen(command, "r") else { throw Missing(description: "no shell to start python3 with") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, pipe)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        let status = pclose(pipe)
        guard status == 0 else { throw Missing(description: "python3 ended with status \(status); is it installed?") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let source = """
        import sys
        from decimal import Decimal, getcontext, ROUND_HALF_EVEN, ROUND_FLOOR

        getcontext().prec = int(sys.argv[1])
        MONTH = Decimal(2592000000000)
        NEAR = Decimal(10) ** -(int(sys.argv[1]) // 3)
        logs = {}

        def log(text):
            if text not in logs:
                logs[text] = (1 + Decimal(text)).ln()
            return logs[text]

        def exponent(rates, policy, start, end):
            total = Decimal(0)
            if start < rates[0][0] and policy == 'error':
                raise ValueError
            for index, (begin, text) in enumerate(rates):
                low = max(start, begin)
                if index == 0 and policy == 'first-rate':
                    low = start
                high = end if index + 1 == len(rates) else min(end, rates[index + 1][0])
                if high > low:
                    total += log(text) * (Decimal(high - low) / MONTH)
            return total

        def value(line):
            policy, as_of, end, rates, investments = line.split(' ')
            rates = [(int(r.split(':')[0]), r.split(':')[1]) for r in rates.split(',')]
            horizon = int(as_of) if end == '-' else min(int(as_of), int(end))
            total = Decimal(0)
            for investment in ([] if investments == '-' else investments.split(',')):
                start, amount = map(int, investment.split(':'))
                if start <= horizon:
                    total += amount * exponent(rates, policy, start, horizon).exp()
            floor = total.to_integral_value(ROUND_FLOOR)
            if abs(total - floor - Decimal('0.5')) < NEAR:
                rounded = int(floor) + int(floor) % 2
            else:
                rounded = int(total.to_integral_value(ROUND_HALF_EVEN))
            fits = -2 ** 63 <= rounded < 2 ** 63
            return f'{rounded if fits else "OVERFLOW"} {total:.30f}'

        for line in sys.stdin:
            try:
                print(value(line.strip()))
            except ValueError:
                print('NO_RATE')
        """
}
