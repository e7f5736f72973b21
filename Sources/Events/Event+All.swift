extension Event {
    /// Every event, in the order of the codes.
    package static let all =
        daemonEvents + supervisionEvents + scheduleEvents + scheduleFileEvents + clockEvents + dispatchEvents
        + jobEvents + databaseEvents + investmentsEvents + securityEvents + auditEvents + configurationEvents
        + effectEvents

    private static let byCode = Dictionary(uniqueKeysWithValues: all.map { ($0.code, $0) })
    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The event of that code or name, in capitals or not.
    package static func named(_ text: String) -> Event? {
        byCode[text.uppercased()] ?? byName[text.lowercased()]
    }

    /// The journal's MESSAGE_ID of an event's code.
    package static func messageID(of code: String) -> String? {
        byCode[code]?.messageID
    }
}
