import Crypto

/// What was done at the first entry that does not continue the chain, told by it and a few that follow.
///
/// That something was done is certain. What it was is the simplest deed that leaves these entries behind.
struct ChainDiagnosis {
    let ring: KeyRing
    /// The number that comes next, and the code that it must follow.
    let expected: Int64
    let previous: [UInt8]
    /// The key whose turn it is; nil before the first entry.
    let current: AuditKey?
    let headSequence: Int64
    /// The entry in question and what follows it.
    let rows: [ChainedEntry]

    /// How many entries past the one in question are looked at.
    static let lookAhead = 16
    /// How many numbers are tried to find where an entry stood.
    private static let numbersTriedMax: Int64 = 200_000

    func finding() -> AuditBreak {
        let row = rows[0]
        if row.sequence > expected { return gap(before: row) }
        if row.sequence < expected {
            return AuditBreak(.inserted, at: row.sequence, "entry \(row.sequence) is there twice, or has no place")
        }
        if let signer = ring.signer(of: row, at: expected) { return misplaced(row, signer) }
        if row.sequence > headSequence {
            return AuditBreak(.inserted, at: expected, "entry \(expected) comes after the head and was never signed")
        }
        if let distance = laterTrueEntry() { return displaced(by: distance) }
        if let number = trueNumber(of: row) { return moved(row, from: number) }
        return altered(row)
    }

    private func gap(before row: ChainedEntry) -> AuditBreak {
        if row.previous == previous, ring.signer(of: row, at: expected) != nil {
            return AuditBreak(.altered, at: expected, "entry \(expected) was given the number \(row.sequence)")
        }
        let last = row.sequence - 1
        let what = last == expected ? "entry \(expected) is missing" : "entries \(expected) to \(last) are missing"
        return AuditBreak(.deleted, at: expected, what)
    }

    /// The entry is true in itself, yet not the one that follows here.
    private func misplaced(_ row: ChainedEntry, _ signer: AuditKey) -> AuditBreak {
        if row.previous != previous {
            return AuditBreak(
                .reordered, at: expected,
                "entry \(expected) continues another history than the entries before it")
        }
        let turn = current.map { "the chain was signed with \($0.fingerprint) here" } ?? "it is the first"
        return AuditBreak(
            .wrongKey, at: expected, "entry \(expected) is signed with the key \(signer.fingerprint), but \(turn)")
    }

    /// How far behind the one in question the entry stands that belongs here.
    private func laterTrueEntry() -> Int? {
        rows.indices.dropFirst().first { index in
            rows[index].previous == previous && ring.signer(of: rows[index], at: expected) != nil
        }
    }

    private func displaced(by distance: Int) -> AuditBreak {
        let number = trueNumber(of: rows[0])
        let next = distance + 1 < rows.count ? rows[distance + 1] : nil
        // Behind what was put in everything is one further; behind what changed places nothing is.
        let isShifted = next.map { ring.signer(of: $0, at: expected + 1) != nil } ?? false
        if let number, !isShifted, number > expected, number <= expected + Int64(distance) {
            return AuditBreak(
                .reordered, at: expected, "entry \(expected) stands at the place of \(expected + Int64(distance))")
        }
        let what = distance == 1 ? "an entry was" : "\(distance) entries were"
        let origin = number.map { ", a copy of entry \($0)" } ?? ""
        return AuditBreak(.inserted, at: expected, "\(what) put in before the true entry \(expected)\(origin)")
    }

    private func moved(_ row: ChainedEntry, from number: Int64) -> AuditBreak {
        let following = rows.count > 1 ? rows[1] : nil
        // Where nothing follows there is no place left at which it could have stood.
        let isShifted = following.map { ring.signer(of: $0, at: number + 1) != nil } ?? true
        if number > expected, isShifted {
            let last = number - 1
            let what = last == expected ? "entry \(expected) is" : "entries \(expected) to \(last) are"
            return AuditBreak(.deleted, at: expected, "\(what) missing, and those after it were numbered anew")
        }
        return AuditBreak(.reordered, at: expected, "entry \(number) stands at the place of entry \(expected)")
    }

    private func altered(_ row: ChainedEntry) -> AuditBreak {
        var tried = row
        for key in ring.all {
            tried.key = Array(key.fingerprint.utf8)
            if tried.isGenuine(key) {
                return AuditBreak(.altered, at: expected, "entry \(expected) was given another key's fingerprint")
            }
        }
        guard let key = ring[row.key] else {
            let name = row.key.map { String(decoding: $0, as: UTF8.self) } ?? "none"
            let detail = "entry \(expected) is signed with the key \(name), which was not given"
            // One entry among others that are signed as they should be: it is the entry that is wrong.
            let isAlone = current != nil && rows.count > 1 && ring[rows[1].key] != nil
            return AuditBreak(isAlone ? .altered : .wrongKey, at: expected, detail)
        }
        tried = row
        tried.previous = previous
        if tried.isGenuine(key) {
            return AuditBreak(.altered, at: expected, "entry \(expected) was given another predecessor")
        }
        if rows.count > 1, rows[1].previous == row.code(key) {
            return AuditBreak(.altered, at: expected, "the code of entry \(expected) was altered, nothing else of it")
        }
        return AuditBreak(.altered, at: expected, "entry \(expected) is not what was signed: a field of it was altered")
    }

    /// The number under which the entry has its code, the nearest first; nil if there is none.
    private func trueNumber(of row: ChainedEntry) -> Int64? {
        guard let key = ring[row.key], let mac = row.mac else { return nil }
        var begun = key.begunMac()
        begun.update(data: row.coveredBytes.bytes)
        // Whatever an intruder wrote for numbers: those that are tried stay near.
        let span = Self.numbersTriedMax / 2
        let last = min(max(headSequence, rows[rows.count - 1].sequence), expected + span) + Int64(Self.lookAhead)
        for distance in 1...min(span, max(last, 1)) {
            for number in [expected - distance, expected + distance] where number > 0 && number <= last {
                var code = begun
                code.update(data: withUnsafeBytes(of: number.bigEndian) { Array($0) })
                if code.finalize().elementsEqual(mac) { return number }
            }
        }
        return nil
    }
}
