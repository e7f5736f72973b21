import Cron

/// A schedule that a Bursar without a file has.
struct ShippedSchedule: Sendable {
    let name: String
    let kind: String
    let payload: String
    let cron: String
    let zone: String

    static let all = [
        ShippedSchedule(
            name: "investments.daily", kind: "investments.value", payload: #"{"mode":"full"}"#, cron: "0 2 * * *",
            zone: "America/Argentina/Buenos_Aires"),
        ShippedSchedule(
            name: "investments.hourly", kind: "investments.value", payload: #"{"mode":"incremental"}"#,
            cron: "0 9-20 * * *", zone: "America/Argentina/Buenos_Aires"),
    ]

    /// Without the zone when this machine's zone files lack it.
    var draft: ScheduleDraft {
        var draft = ScheduleDraft()
        draft.kind = kind
        draft.payload = payload
        draft.cron = try? CronExpression(cron)
        draft.zone = try? Zone(zone)
        return draft
    }
}
