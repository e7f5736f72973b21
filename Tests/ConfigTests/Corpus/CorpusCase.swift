/// A configuration that must be refused, and all that must be said about it.
struct CorpusCase: Sendable {
    /// What was done to it, and the number that did it again.
    var name: String
    /// The files in order: a later one over an earlier one.
    var files: [(name: String, bytes: [UInt8])]
    /// `file:line:column`, in order.
    var expected: [String]

    /// Damage to one file.
    init(_ name: String, _ draft: CorpusDraft, file: String = "bursar.yaml", ending: String = "\n") {
        self.name = name
        files = [(file, Array(draft.text.replacing("\n", with: ending).utf8))]
        expected = draft.places.map { "\(file):\($0[0]):\($0[1])" }
    }

    /// Damage to several files.
    init(_ name: String, _ drafts: [(file: String, draft: CorpusDraft)]) {
        self.name = name
        files = drafts.map { ($0.file, Array($0.draft.text.utf8)) }
        expected = drafts.flatMap { item in item.draft.places.map { "\(item.file):\($0[0]):\($0[1])" } }
    }
}

/// A kind of damage. Gives false, and leaves the file as it was, where it finds nothing to damage.
struct CorpusDamage: Sendable {
    var name: String
    /// Reading ends with it, so that it hides what else is wrong.
    var endsReading = false
    var apply: @Sendable (inout CorpusDraft, inout SplitMix) -> Bool

    init(
        _ name: String, endsReading: Bool = false,
        _ apply: @escaping @Sendable (inout CorpusDraft, inout SplitMix) -> Bool
    ) {
        self.name = name
        self.endsReading = endsReading
        self.apply = apply
    }

    /// Damages one of the lines that fit.
    static func line(
        _ name: String, endsReading: Bool = false, where isFit: @escaping @Sendable (CorpusDraft.Line) -> Bool,
        _ damage: @escaping @Sendable (inout CorpusDraft, Int, inout SplitMix) -> Void
    ) -> CorpusDamage {
        CorpusDamage(name, endsReading: endsReading) { draft, random in
            guard let index = draft.candidates(isFit).randomElement(using: &random) else { return false }
            damage(&draft, index, &random)
            return true
        }
    }
}
