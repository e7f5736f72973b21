/// The one of `candidates` that was most likely meant by `text`; nil when none is near.
package func suggestion(for text: String, among candidates: [String]) -> String? {
    let wanted = normalized(text)
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    let limit = max(1, min(3, wanted.count / 3))
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
        let distance = editDistance(wanted, normalized(candidate))
        if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate ?? candidateOfSameRoot(wanted, candidates)
}

/// `warn` for `warning`, `timeout` for `connect_timeout`, `timezone` for `zone`.
private func candidateOfSameRoot(_ wanted: [Character], _ candidates: [String]) -> String? {
    candidates.first { candidate in
        let known = normalized(candidate)
        let (short, long) = known.count < wanted.count ? (known, wanted) : (wanted, known)
        return short.count >= 4 && (long.starts(with: short) || long.reversed().starts(with: short.reversed()))
    }
}

/// `poolSize`, `pool-size` and `pool_size` are the same to a reader.
private func normalized(_ text: String) -> [Character] {
    let isShouted = text.allSatisfy { !$0.isLowercase }
    var result: [Character] = []
    for character in text {
        if character.isUppercase, !isShouted, let last = result.last, last != "_" { result.append("_") }
        result.append(character == "-" || character == " " ? "_" : character.lowercased().first ?? character)
    }
    return result
}

/// Insertions, deletions, replacements and swaps of neighbours that make one text of the other.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, character) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var distance = min(last[column + 1] + 1, current[column] + 1, last[column] + (character == other ? 0 : 1))
            if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
                distance = min(distance, beforeLast[column - 1] + 1)
            }
            current.append(distance)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
