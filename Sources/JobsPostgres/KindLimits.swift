package import Jobs

/// What the store needs to know of a kind.
package struct KindLimits: Sendable, Hashable {
    package let kind: JobKind
    /// From the claim to the hard deadline.
    package let deadline: Duration
    package let gates: JobGates
    package let isIdempotent: Bool

    package init(kind: JobKind, deadline: Duration, gates: JobGates = .open, isIdempotent: Bool = false) {
        precondition(!isIdempotent || gates == .open, "what is taken by the batch passes no gates")
        self.kind = kind
        self.deadline = deadline
        self.gates = gates
        self.isIdempotent = isIdempotent
    }

    /// Of a kind as the catalog lists it.
    package init<Store>(_ definition: JobDefinition<Store>) {
        self.init(
            kind: definition.kind, deadline: definition.deadline, gates: definition.gates,
            isIdempotent: definition.isIdempotent)
    }
}
