import Glibc

/// The offsets of a zone as the C library's own tool lists them: another reader of the same files, written by others.
struct HostZone: Sendable {
    let name: String
    let initialOffset: Int
    /// Seconds since 1970 and the offset from then on.
    let shifts: [(start: Int, offset: Int)]

    /// Shifts from 1970 to 2037 that change the offset.
    var shiftsOfProof: [(start: Int, offset: Int)] {
        var offset = initialOffset
        return shifts.filter { shift in
            defer { offset = shift.offset }
            return shift.offset != offset && shift.start >= 0 && shift.start < 2_145_916_800
        }
    }

    /// Seconds east of Greenwich, by a walk over all shifts.
    func offset(at second: Int) -> Int {
        shifts.last { $0.start <= second }?.offset ?? initialOffset
    }
}

enum HostZones {
    private static let directory = "/usr/share/zoneinfo"

    /// All names of zones, from the table that the database is published in: `Z name …` and `L target name`.
    static func names() -> [String] {
        lines(of: "cat \(directory)/tzdata.zi").compactMap { line in
            let words = line.split(separator: " ")
            switch words.first {
            case "Z": return words.count > 1 ? String(words[1]) : nil
            case "L": return words.count > 2 ? String(words[2]) : nil
            default: return nil
            }
        }.sorted()
    }

    /// What `zdump -i` says of zones for the years 1965 to 2045.
    static func zones(named names: [String]) -> [HostZone] {
        var zones: [HostZone] = []
        for start in stride(from: 0, to: names.count, by: 100) {
            let chunk = names[start..<min(start + 100, names.count)].joined(separator: " ")
            let output = lines(of: "zdump -i -c 1965,2045 " + chunk).filter { !$0.isEmpty }
            let heads = output.indices.filter { output[$0].hasPrefix("TZ=") } + [output.count]
            zones += zip(heads, heads.dropFirst()).compactMap { head, next in
                zone(named: String(output[head].dropFirst(4).dropLast()), from: output[(head + 1)..<next])
            }
        }
        return zones
    }

    /// Lines of `date time offset name`, the time by the new offset; first the offset before all: `- - +0530 IST`.
    private static func zone(named name: String, from lines: ArraySlice<String>) -> HostZone? {
        var initialOffset: Int?
        var shifts: [(start: Int, offset: Int)] = []
        for line in lines {
            let words = line.split(separator: "\t").map(String.init)
            guard words.count >= 3, let offset = clock(words[2]) else { return nil }
            guard words[0] != "-" else {
                initialOffset = offset
                continue
            }
            let date = words[0].split(separator: "-").compactMap { Int32($0) }
            guard date.count == 3, let time = clock(words[1]) else { return nil }
            var wall = tm()
            wall.tm_year = date[0] - 1_900
            wall.tm_mon = date[1] - 1
            wall.tm_mday = date[2]
            shifts.append((timegm(&wall) + time - offset, offset))
        }
        return initialOffset.map { HostZone(name: name, initialOffset: $0, shifts: shifts) }
    }

    /// `+05`, `-0330`, `-004430`, `02`, `02:30` or `00:44:30` in seconds.
    private static func clock(_ text: String) -> Int? {
        let digits = text.filter(\.isNumber)
        guard digits.count >= 2, let number = Int(digits + String(repeating: "0", count: 6 - digits.count)) else {
            return nil
        }
        let seconds = number / 10_000 * 3_600 + number / 100 % 100 * 60 + number % 100
        return text.hasPrefix("-") ? -seconds : seconds
    }

    private static func lines(of command: String) -> [String] {
        guard let pipe = popen(command, "r") else { return [] }
        defer { pclose(pipe) }
        var lines: [String] = []
        var buffer = [CChar](repeating: 0, count: 65_536)
        while fgets(&buffer, Int32(buffer.count), pipe) != nil {
            let text = buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
            lines.append(String(decoding: text, as: UTF8.self))
        }
        return lines
    }
}
