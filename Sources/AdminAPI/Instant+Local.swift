package import Primitives

extension Instant {
    /// RFC 3339 on a wall that is `offset` seconds east of Greenwich: `2026-10-15T09:34:56-03:00`.
    ///
    /// Offsets before standard time have seconds; those are written too, which RFC 3339 does not know.
    package func local(offset: Int) -> String {
        var whole = seconds
        let fraction = Instant(microseconds: microseconds - whole * 1_000_000).rfc3339
        whole += Int64(offset)
        // "1970-01-01T00:00:00[.ffffff]Z": what stands between the seconds and the Z is the fraction.
        let digits = fraction.dropFirst(19).dropLast()
        return CivilDateTime(wallSeconds: whole).description + digits + Self.offsetText(offset)
    }

    private static func offsetText(_ offset: Int) -> String {
        let distance = Int(offset.magnitude)
        var text = (offset < 0 ? "-" : "+") + twoDigits(distance / 3_600) + ":" + twoDigits(distance / 60 % 60)
        if distance % 60 != 0 { text += ":" + twoDigits(distance % 60) }
        return text
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}
