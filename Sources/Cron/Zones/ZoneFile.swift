/// What a zone file says: shifts in order of time, and the rule that holds after the last of them.
struct ZoneFile: Sendable {
    /// Where a rule begins when a file has nothing before it. No file of the database is like that.
    static let firstYearOfBareRule = 1_800

    /// Seconds east of Greenwich before the first shift.
    var initialOffset: Int
    var shifts: [ZoneShift] = []
    var rule: FooterRule?
}

/// From `start` on the offset is this one, in seconds east of Greenwich.
struct ZoneShift: Sendable, Hashable {
    let start: Int64
    let offset: Int
}
