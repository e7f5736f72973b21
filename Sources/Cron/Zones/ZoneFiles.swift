import Synchronization

/// The zone files of this machine, each read once a process.
package enum ZoneFiles {
    /// How many zones are kept; the database has some 600 names. When full, all are dropped.
    static let mostZones = 1_024

    private struct Cache {
        var directory = ZoneDirectory.ofThisMachine()
        var tables = BoundedCache<String, ZoneTable>(capacity: ZoneFiles.mostZones)
        var names: ZoneNames?
        var version: String??
    }

    private static let cache = Mutex(Cache())
    private static let forgotten = Atomic(0)

    /// Grows each time that the files are forgotten: what was made of zones before may be out of date.
    package static var generation: Int { forgotten.load(ordering: .acquiring) }

    /// The version of the database, such as `2025b`. Nil when the machine has none, or none that says so.
    package static var version: String? {
        cache.withLock { cache in
            if let version = cache.version { return version }
            let version = cache.directory?.version
            cache.version = version
            return version
        }
    }

    /// Forgets what was read, so that zones made from now on are read anew: after the files were updated.
    package static func forget() {
        cache.withLock { $0 = Cache() }
        forgotten.add(1, ordering: .releasing)
    }

    static func table(named identifier: String) throws(ZoneError) -> ZoneTable {
        try cache.withLock { (cache) throws(ZoneError) in
            if let table = cache.tables[identifier] { return table }
            guard let directory = cache.directory else {
                throw ZoneError(
                    identifier: identifier,
                    message: "this machine has no zone files in \(ZoneDirectory.places.joined(separator: ", "))",
                    suggestion: nil)
            }
            guard let table = try directory.table(named: identifier) else {
                let names = cache.names ?? ZoneNames(directory.names)
                cache.names = names
                throw ZoneError(
                    identifier: identifier,
                    message: "\(ZoneName.quoted(identifier)) is no zone that this machine knows",
                    suggestion: names.nearest(to: identifier))
            }
            cache.tables[identifier] = table
            return table
        }
    }
}
