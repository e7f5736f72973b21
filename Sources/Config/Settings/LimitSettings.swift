/// Every key of a kind's limits.
enum LimitSettings {
    private static let most = 10_000

    static let nameExpectation =
        "at most \(ScheduleDefinition.nameMax) letters, digits, dots, dashes and underscores, such as investments.value"

    /// - Parameter kind: as the advice names it.
    static func all(of kind: String) -> [Setting<Configuration.KindLimit>] {
        let advice = "to stop a kind: bursarctl queues pause \(kind)"
        return [
            .optionalInteger(
                "concurrency", 1...most, tooLow: advice, get: { $0.concurrency }, set: { $0.concurrency = $1 }),
            .optionalInteger("per_key", 1...most, tooLow: advice, get: { $0.perKey }, set: { $0.perKey = $1 }),
        ]
    }
}
