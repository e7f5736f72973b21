import Primitives

/// The students of one pass, by rising id, with what was read of each so far: structure of arrays, 44 bytes a student.
package struct StudentRoll: Sendable {
    package private(set) var ids: [Int64] = []
    /// Beside `ids`: where the class stands in the school.
    package private(set) var classes: [Int32] = []
    package internal(set) var sums: [DiscountedSum] = []
    /// Order-free hash of a student's investments.
    package internal(set) var fingerprints: [UInt32] = []
    /// Future investments by position in the roll: there are few.
    package private(set) var future: [Int: Int] = [:]
    /// Students whose kept sum disagrees with the one just computed, by position.
    package private(set) var drifted: Set<Int> = []
    /// The first instant at which an investment that is not counted yet will be, by class.
    package private(set) var nextCounted: [Int32: Int64] = [:]
    /// One entry for each student of an enabled class that has no value: how many were on the roll by then.
    private var gaps: [Int32] = []
    /// Positions by id for ids that lie close together; empty when they do not.
    private var positions: [Int32] = []
    private var base: Int64 = 0
    /// By class: whether its investments are read. A pass over all of them meets those of the other classes too.
    private var isRead: [Bool] = []

    /// Students in one pass: bounds the memory of a run.
    package static let passMax = 1_000_000
    /// Ids this many times sparser than the students are found by search instead of by table.
    private static let sparsest = 4

    package init() {}

    /// The last id that was read, whether or not the student is on the roll.
    package private(set) var lastRead: Int64?
    package private(set) var readCount = 0

    /// Adds the next student; ids must rise.
    mutating func append(_ id: Int64, classID: Int64, in school: School) {
        lastRead = id
        readCount += 1
        guard let index = school.index(of: classID) else { return }
        guard case .success = school.classes[Int(index)].terms else {
            gaps.append(Int32(ids.count))
            return
        }
        ids.append(id)
        classes.append(index)
    }

    /// Call once after the last `append`: makes a way to find positions.
    mutating func seal(in school: School) {
        isRead = school.classes.map(\.isRead)
        guard let first = ids.first, let last = ids.last else { return }
        let (distance, overflow) = last.subtractingReportingOverflow(first)
        guard !overflow, distance < Int64(ids.count * Self.sparsest) else { return }
        base = first
        positions = Array(repeating: -1, count: Int(distance) + 1)
        for (position, id) in ids.enumerated() { positions[Int(id - first)] = Int32(position) }
    }

    /// Makes room for the sums, unless there is some. Not before the first row comes, so that the arrays have one owner
    /// by then and are not copied to be changed.
    ///
    /// A student whose sum is to be taken over stays undecided until it is: one whom the earlier run did not keep is
    /// then valued from the investments.
    @inline(__always)
    mutating func makeRoom() {
        if fingerprints.isEmpty { makeEmptySums() }
    }

    @inline(never)
    private mutating func makeEmptySums() {
        let untaken = DiscountedSum(total: .nan, magnitude: .nan)
        sums = classes.map { isRead[Int($0)] ? DiscountedSum() : untaken }
        fingerprints = Array(repeating: 0, count: ids.count)
    }

    /// How many students without value come before these positions and after the one before them.
    package func unvalued(before positions: Range<Int>) -> Int {
        firstGap(from: positions.upperBound) - firstGap(from: positions.lowerBound)
    }

    private func firstGap(from position: Int) -> Int {
        var low = 0
        var high = gaps.count
        while low < high {
            let middle = low + (high - low) / 2
            if gaps[middle] < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Where the student stands; nil when not on the roll.
    @inline(__always)
    func position(of id: Int64) -> Int? {
        guard positions.isEmpty else {
            let offset = id &- base
            guard offset >= 0, offset < Int64(positions.count) else { return nil }
            let position = positions[Int(offset)]
            return position >= 0 ? Int(position) : nil
        }
        return searchedPosition(of: id)
    }

    private func searchedPosition(of id: Int64) -> Int? {
        var low = 0
        var high = ids.count
        while low < high {
            let middle = low + (high - low) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < ids.count && ids[low] == id ? low : nil
    }

    /// Adds an investment to its student's sum, if it counts.
    @inline(__always)
    mutating func add(_ amount: Int64, at microseconds: Int64, of id: Int64, in school: School) {
        makeRoom()
        guard let position = position(of: id) else { return }
        let index = Int(classes[position])
        guard isRead[index] else { return }
        fingerprints[position] &+= Fingerprint.short(UInt64(bitPattern: amount), UInt64(bitPattern: microseconds))
        let inclusion = school.growths.add(amount, at: microseconds, ofClass: index, to: &sums[position])
        if inclusion != .counted { note(inclusion, at: microseconds, position: position, school) }
    }

    /// Out of line: hardly any investment takes this way.
    @inline(never)
    private mutating func note(_ inclusion: Inclusion, at microseconds: Int64, position: Int, _ school: School) {
        switch inclusion {
        case .future:
            future[position, default: 0] += 1
            let index = classes[position]
            guard case .success(let terms) = school.classes[Int(index)].terms,
                microseconds <= (terms.end ?? ValuationSpan.latest).microseconds
            else { return }
            nextCounted[index] = min(nextCounted[index] ?? .max, microseconds)
        // Nothing that is added to such a sum makes it one again, in this run or in one that takes it over: the
        // high-precision path then says what is wrong.
        case .invalidDate: sums[position] = DiscountedSum(total: .nan, magnitude: .nan)
        case .counted, .afterEnd, .unvaluedClass: break
        }
    }

    /// Takes a student's sum over from the run that kept it, or compares it with the one just computed.
    ///
    /// A sum of another class is of no use: its student moved.
    mutating func takeOver(
        _ kept: DiscountedSum, of id: Int64, in classID: Int64, from run: Int32, in school: School
    ) {
        guard let position = position(of: id) else { return }
        let schoolClass = school.classes[Int(classes[position])]
        guard schoolClass.id == classID else { return }
        makeRoom()
        if schoolClass.base == run {
            sums[position] = kept
            fingerprints[position] = Fingerprint.short(kept.total.bitPattern, kept.magnitude.bitPattern)
        } else if schoolClass.comparison == run, !sums[position].agrees(with: kept) {
            drifted.insert(position)
        }
    }

    /// Where the classes of drifted students stand in the school.
    var driftedClasses: Set<Int32> { Set(drifted.map { classes[$0] }) }

    /// Takes back the drift of the students of these classes.
    mutating func forgive(_ changed: Set<Int32>) {
        drifted = drifted.filter { !changed.contains(classes[$0]) }
    }
}

/// A cheap hash whose sum over a set does not depend on the order.
enum Fingerprint {
    /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014), applied twice.
    @inline(__always)
    static func mix(_ first: UInt64, _ second: UInt64) -> UInt64 {
        scramble(scramble(first) &+ second)
    }

    @inline(__always)
    private static func scramble(_ value: UInt64) -> UInt64 {
        var word = value &+ 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    @inline(__always)
    static func short(_ first: UInt64, _ second: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: mix(first, second))
    }

    static func of(_ text: String) -> UInt64 {
        text.utf8.reduce(UInt64(text.utf8.count)) { mix($0, UInt64($1)) }
    }
}
