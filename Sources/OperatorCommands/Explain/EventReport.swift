import Events

/// An event as `--json` shows it. Fields of the journal stand in it as `@BURSAR_JOB_ID@`.
struct EventReport: Encodable {
    let code: String
    let name: String
    let level: String
    let messageID: String
    let summary: String
    let meaning: String
    let impact: String
    let diagnosis: String
    let action: String

    private enum CodingKeys: String, CodingKey {
        case code, name, level, summary, meaning, impact, diagnosis, action
        case messageID = "message_id"
    }

    init(_ event: Event) {
        code = event.code
        name = event.name
        level = event.levelName
        messageID = event.messageID
        summary = event.summary
        meaning = event.meaning
        impact = event.impact
        diagnosis = event.diagnosis
        action = event.action
    }
}
