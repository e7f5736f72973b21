/// Who did something: a person by the name of their account, or the daemon itself.
package struct Actor: Sendable, Hashable, Codable {
    package let name: String
    /// Of the account; nil for whoever has none.
    package let uid: UInt32?

    package init(name: String, uid: UInt32?) {
        self.name = name
        self.uid = uid
    }

    /// The daemon, of its own accord.
    package static let daemon = Actor(name: "bursard", uid: nil)
}
