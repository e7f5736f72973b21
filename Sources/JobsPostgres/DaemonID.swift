package import struct FoundationEssentials.UUID

/// One life of a daemon: a restart, or being taken for dead, begins another.
package struct DaemonID: Sendable, Hashable, CustomStringConvertible {
    package let uuid: UUID

    package init() { uuid = UUID() }

    package init(_ uuid: UUID) {
        self.uuid = uuid
    }

    /// What its connections call themselves, so that a stuck daemon's sessions can be told and ended.
    package var applicationName: String { "bursard \(self)" }

    package var description: String { uuid.uuidString.lowercased() }
}
