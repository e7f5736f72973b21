extension BrokenInput {
    private static let long = String(repeating: "x", count: 17_000)

    /// Schedules that would not do what their author meant.
    static let schedules: [BrokenInput] = [
        // Expressions, with the place inside them.
        .init(
            "schedules:\n  a: {kind: k, zone: UTC, cron: \"0 ▸25 * * *\"}\n",
            "schedules.a.cron is not a cron expression, hour"),
        .cron(" 0 ▸25 * * *", "schedules.a.cron is not a cron expression, hour"),
        .cron(" '0 2 ▸32 * *'", "day of month"),
        .cron(" '0 2 * ▸13 *'", "month"),
        .cron(" ▸60 2 * * *", "minute"),
        .cron(" 0 2 * * ▸8", "day of week"),
        .cron(" \"*/▸0 * * * *\"", "minute"),
        .cron(" 0 2 ▸? * *", "is not a cron expression"),
        .cron(" 0 2 ▸30 2 *", "is not a cron expression"),
        .cron(" 0 0 2 * * ▸*", "is not a cron expression"),
        .cron(" 0 2 * *▸", "is not a cron expression"),
        .cron(" ▸\"\"", "is not a cron expression"),
        .cron(" \"▸@reboot\"", "is not a cron expression"),
        .cron(" \"▸@every 5m\"", "is not a cron expression"),
        .cron(" ▸TZ=UTC 0 2 * * *", "is not a cron expression"),
        .cron(" ▸[0, 2]", "takes one value"),
        .cron("▸", "schedules.a.cron has no value", "; write one"),
        .cron(" 0 2 * * ▸FRO", "day of week"),
        .cron(" \"0 ▸\\x32\\x35 * * *\"", "hour"),
        .cron(" ▸>-\n      0 25 *\n      * *", "hour"),
        // Zones.
        .init(
            "schedules:\n  a: {kind: k, cron: 0 2 * * *, zone: ▸Asia/Kolkatta}\n", "schedules.a.zone is not a zone",
            "did you mean \"Asia/Kolkata\"?"),
        .init("schedules:\n  a: {kind: k, cron: 0 2 * * *, zone: ▸IST+5}\n", "is not a zone"),
        .init("schedules:\n  a: {kind: k, cron: 0 2 * * *, zone: ▸../../etc/passwd}\n", "is not a zone"),
        .init("schedules:\n  a: {kind: k, cron: 0 2 * * *, zone: ▸\"\"}\n", "is not a zone"),
        .init("schedules:\n  a: {kind: k, cron: 0 2 * * *, zone: ▸utc0}\n", "is not a zone"),
        // What needs more than one key.
        .init(
            "schedules:\n  a: {kind: k, zone: UTC, cron: ▸0 2 1 * 5}\n", "restricts both day fields", "add days: either"
        ),
        .init(
            "schedules:\n  a: {kind: k, zone: UTC, cron: ▸\"*/5 * * * *\", money: true}\n",
            "is no fixed time, as a schedule of money must have"),
        .init("schedules:\n  a: {kind: k, zone: UTC, cron: ▸\"0 * * * *\", money: true}\n", "is no fixed time"),
        .init(
            "schedules:\n  a: {kind: k, zone: UTC, cron: ▸\"*/5 * 1 * 5\", money: true}\n", "restricts both",
            "no fixed time"),
        .init("schedules:\n  investments.daily: {money: true, cron: ▸\"@hourly\"}\n", "is no fixed time"),
        .init("schedules:\n  investments.daily: {cron: ▸0 2 1 * 5}\n", "restricts both day fields"),
        // What is missing.
        .init("schedules:\n  ▸a: {cron: 0 2 * * *, zone: UTC}\n", "schedules.a lacks kind (expected kind, cron, zone)"),
        .init("schedules:\n  ▸a: {kind: k, zone: UTC}\n", "schedules.a lacks cron"),
        .init("schedules:\n  ▸a: {kind: k, cron: 0 2 * * *}\n", "schedules.a lacks zone"),
        .init("schedules:\n  ▸a:\n", "schedules.a lacks kind, cron, zone"),
        .init("schedules:\n  ▸investments.dayly: {enabled: false}\n", "did you mean \"investments.daily\"?"),
        .init("schedules:\n- ▸kind: k\n  cron: 0 2 * * *\n  zone: UTC\n", "a schedule has no name"),
        .init("schedules:\n- name: ▸[a]\n", "a schedule's name is not a word"),
        .init("schedules:\n- name:▸\n", "a schedule's name is not a word"),
        .init("schedules:\n- ▸a\n", "a schedule is not a mapping"),
        .init("schedules: ▸nightly\n", "schedules is not a mapping"),
        .init("schedules:\n  a: ▸0 2 * * *\n", "schedules.a is not a mapping"),
        // Names.
        .init("schedules:\n  ▸a b: {kind: k, cron: 0 2 * * *, zone: UTC}\n", "a bad name of a schedule"),
        .init("schedules:\n  ▸.a: {kind: k, cron: 0 2 * * *, zone: UTC}\n", "a bad name of a schedule"),
        .init("schedules:\n  ▸ñ: {kind: k, cron: 0 2 * * *, zone: UTC}\n", "a bad name of a schedule"),
        .init(
            "schedules:\n  ▸\(String(repeating: "a", count: 121)): {kind: k, cron: 0 2 * * *, zone: UTC}\n",
            "at most 120 letters"),
        .init("schedules:\n  a: {kind: ▸do it, cron: 0 2 * * *, zone: UTC}\n", "is not the name of a job kind"),
        .init(
            "schedules:\n  a:\n    ▸name: a\n    kind: k\n    cron: 0 2 * * *\n    zone: UTC\n",
            "the name is the key above"),
        .init(
            "schedules:\n  investments:\n    ▸hourly: {enabled: false}\n",
            "write a schedule's name in one: \"investments.hourly\""),
        .init("schedules:\n  ▸a:\n    ▸\"b\\e\": {enabled: false}\n", "lacks kind", "unknown key \"b\\u{1B}\""),
        // The other keys.
        .flow("▸timezone: UTC", "unknown key \"timezone\" in schedules.a", "did you mean \"zone\"?"),
        .flow("▸catchup: all", "did you mean \"catch_up\"?"),
        .flow("days: ▸both", "is not a known word (expected either, got \"both\")"),
        .flow("catch_up: ▸every", "(expected one of all, latest, none, got \"every\")"),
        .flow("catch_up_limit: ▸0", "from 1 to 1000"),
        .flow("max_lateness: ▸never", "a duration from 1s to 366d, or none", "write none"),
        .flow("overlap: ▸wait", "(expected one of queue, skip, allow, got \"wait\")"),
        .flow("pause_on_failure: ▸no", "write false"),
        .flow("enabled: ▸on", "write true"),
        .flow("money: ▸100", "schedules.a.money is not true or false"),
        // Payloads.
        .flow("payload: ▸x", "schedules.a.payload is not a mapping"),
        .flow("payload: ▸[1]", "is not a mapping"),
        .flow("payload: {x: ▸yes}", "holds \"yes\", which may be text or not"),
        .flow("payload: {x: [1, ▸007]}", "quote it if it is text"),
        .init(
            "schedules:\n  a: {kind: k, zone: UTC, cron: 0 2 * * *, payload: ▸{x: \(long)}}\n",
            "is too long (expected a mapping of at most 16384 bytes as JSON"),
    ]
}
