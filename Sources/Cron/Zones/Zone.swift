package import Primitives

/// A time zone of the IANA database: which offset holds when, as this machine's zone files say.
///
/// Cheap to copy: one reference to a table that never changes. Two zones are equal when their names are; a zone taken
/// before `ZoneFiles.forget()` keeps the table it was made with.
package struct Zone: Sendable {
    let table: ZoneTable

    /// Universal time. Needs no file, so it is there on a machine without any.
    package static let utc = Zone(table: ZoneTable(identifier: "UTC", file: ZoneFile(initialOffset: 0)))

    /// The zone of that name, read once a process.
    package init(_ identifier: String) throws(ZoneError) {
        table = identifier == Self.utc.identifier ? Self.utc.table : try ZoneFiles.table(named: identifier)
    }

    /// A zone out of the bytes of a TZif file, which need not be on this machine.
    package init(identifier: String, tzif bytes: [UInt8]) throws(ZoneError) {
        do {
            table = ZoneTable(identifier: identifier, file: try TZifReader.file(from: bytes))
        } catch {
            throw ZoneError(
                identifier: identifier, message: "the file of zone \(identifier) is damaged: \(error.reason)")
        }
    }

    private init(table: ZoneTable) {
        self.table = table
    }

    /// The name in the IANA database.
    package var identifier: String { table.identifier }

    /// Seconds east of Greenwich.
    package func offset(at instant: Instant) -> Int {
        Int(table.segment(at: instant.seconds).offset)
    }

    /// What a clock on a wall there shows.
    package func civil(at instant: Instant) -> CivilDateTime {
        CivilDateTime(wallSeconds: instant.seconds + Int64(offset(at: instant)))
    }

    /// The first instant at which the wall shows that local time, or, when it is jumped over, the end of the gap.
    package func instant(of local: CivilDateTime) -> Instant {
        Instant(seconds: table.firstSecond(showing: local.wallSeconds))
    }

    /// Local midnight, or the end of the gap that swallowed it.
    package func startOfDay(_ date: CivilDate) -> Instant {
        instant(of: CivilDateTime(date: date, secondOfDay: 0))
    }

    /// The next shift of the clock strictly after an instant. Changes of nothing but a name are none, nor is what lies
    /// beyond all instants: zone files hold seconds to any number.
    package func nextTransition(after instant: Instant) -> ZoneTransition? {
        let folded = table.secondsFolded(at: instant.seconds)
        let index = table.index(at: instant.seconds - folded) + 1
        guard index < table.segments.count, table.segments[index].start + folded <= Instant.lastSecond else {
            return nil
        }
        return ZoneTransition(
            instant: Instant(seconds: table.segments[index].start + folded),
            offsetBefore: Int(table.segments[index - 1].offset), offsetAfter: Int(table.segments[index].offset))
    }
}

extension Zone: Hashable {
    package static func == (left: Zone, right: Zone) -> Bool {
        left.table === right.table || left.identifier == right.identifier
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(identifier) }
}

extension Zone: CustomStringConvertible {
    package var description: String { identifier }
}
