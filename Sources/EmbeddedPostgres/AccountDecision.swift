/// Which account the server runs as, from who starts it and whose the directory is. Pure.
enum AccountDecision: Sendable, Hashable {
    case starter
    /// The account with this number owns the directory already.
    case owner(UInt32)
    /// The one in the settings.
    case configured
    /// It belongs to somebody that the starter cannot become.
    case refuseForeign(owner: UInt32)
    /// It is root's and holds something: giving it away could give away more than a cluster.
    case refuseOccupied

    /// `owner` and `isEmpty` are those of the directory as found; a missing one has no owner.
    static func decide(starter: UInt32, owner: UInt32?, isEmpty: Bool) -> AccountDecision {
        guard let owner else { return starter == ServerAccount.rootID ? .configured : .starter }
        guard starter == ServerAccount.rootID else { return owner == starter ? .starter : .refuseForeign(owner: owner) }
        if owner != ServerAccount.rootID { return .owner(owner) }
        return isEmpty ? .configured : .refuseOccupied
    }
}
