package import Primitives

/// Where claims begin to look, a position for each kind and priority: before it nothing is left to claim.
///
/// Without marks each look walks over the index entries of all that was claimed before. A mark moves up with what a
/// look found, and down when a job becomes ready below it: whoever makes one ready says so, after its commit. What
/// nobody said is found by a look from the very beginning, taken as often as its cost allows.
package struct LowWaterMarks: Sendable {
    /// A place in the line of one kind and priority.
    package struct Position: Sendable, Hashable, Comparable {
        package let runAt: Instant
        package let job: Int64

        package init(runAt: Instant, job: Int64) {
            self.runAt = runAt
            self.job = job
        }

        /// Before any job: the year 1.
        package static let beginning = Position(runAt: Instant(seconds: -62_135_596_800), job: 0)

        package static func < (one: Position, other: Position) -> Bool {
            (one.runAt, one.job) < (other.runAt, other.job)
        }
    }

    /// A line that is read in order: of one kind, the jobs of one priority.
    package struct Line: Sendable, Hashable {
        package let kind: JobKind
        package let priority: Int

        package init(kind: JobKind, priority: Int) {
            self.kind = kind
            self.priority = priority
        }

        /// The lines of a kind, the most urgent first.
        package static func all(of kind: JobKind) -> [Line] {
            JobPriority.allCases.map { Line(kind: kind, priority: $0.rawValue) }
        }
    }

    /// A look under way: how far each line may be believed is known when it ends.
    package struct Look: Sendable {
        package let from: [Line: Position]
        /// It begins at the very beginning.
        package let isFull: Bool
        fileprivate let number: Int
    }

    private var marks: [Line: Position] = [:]
    /// Looks that have not ended, and where lines were lowered to since they began.
    private var looks: [Int: [Line: Position]] = [:]
    private var lastNumber = 0
    private var nextFull: ContinuousClock.Instant?

    /// The share of the time that full looks may take is one in this many.
    private static let costShare = 20
    private static let shortestPause = Duration.milliseconds(250)

    package init() {}

    /// Where a look at each of `lines` would begin now: whoever asks what is due there must not miss what only a full
    /// look would find.
    package func positions(of lines: [Line], now: ContinuousClock.Instant) -> [Line: Position] {
        let isFull = isFullDue(at: now)
        return Dictionary(
            lines.map { ($0, isFull ? .beginning : marks[$0] ?? .beginning) }, uniquingKeysWith: { first, _ in first })
    }

    private func isFullDue(at now: ContinuousClock.Instant) -> Bool {
        nextFull.map { now >= $0 } ?? true
    }

    /// Begins a look at `lines`. It ends with `found` or `failed`.
    package mutating func look(at lines: [Line], now: ContinuousClock.Instant) -> Look {
        lastNumber += 1
        looks[lastNumber] = [:]
        return Look(from: positions(of: lines, now: now), isFull: isFullDue(at: now), number: lastNumber)
    }

    /// The look ended: the last that it took of each line, and how long it took.
    package mutating func found(
        _ last: [Line: Position], by look: Look, cost: Duration, now: ContinuousClock.Instant
    ) {
        // Nil: everything was forgotten since it began, so what it saw proves nothing.
        guard let lowered = looks.removeValue(forKey: look.number) else { return }
        if look.isFull { nextFull = now + max(Self.shortestPause, cost * Self.costShare) }
        for (line, reached) in last {
            // A full look may have stopped among what lay forgotten; any other went on from a mark that held.
            let mark = look.isFull ? reached : max(reached, marks[line] ?? .beginning)
            marks[line] = min(mark, lowered[line] ?? mark)
        }
    }

    /// The look failed: what it may have taken waits again.
    package mutating func failed(_ look: Look) {
        guard looks.removeValue(forKey: look.number) != nil else { return }
        if look.isFull { nextFull = nil }
        for (line, begun) in look.from { lower(line, to: begun) }
    }

    /// A job became ready in `line` that is due at `runAt`, or is the first of those that are.
    package mutating func lower(_ line: Line, to runAt: Instant) {
        lower(line, to: Position(runAt: runAt, job: 0))
    }

    private mutating func lower(_ line: Line, to position: Position) {
        marks[line] = marks[line].map { min($0, position) }
        looks = looks.mapValues { lowered in
            lowered.merging([line: position]) { min($0, $1) }
        }
    }

    /// Nothing is known any more: the next look begins at the very beginning.
    package mutating func reset() {
        marks = [:]
        looks = [:]
        nextFull = nil
    }
}

/// How urgent a job is among those of its kind.
package enum JobPriority: Int, Sendable, Hashable, CaseIterable {
    case urgent = -1
    case normal = 0
    case low = 1
}
