extension BrokenInput {
    /// What YAML, or this reader of it, does not take.
    static let syntax: [BrokenInput] = [
        // Values that only look unquoted.
        .cron(" ▸*/5 * * * *", #"must be quoted; write cron: "*/5 * * * *""#),
        .cron(" ▸* * * * *", #"must be quoted; write cron: "* * * * *""#),
        .cron(" ▸*/5 * * * * # each five minutes", #"write cron: "*/5 * * * *""#),
        .cron(" ▸@daily", #"write cron: "@daily""#),
        .init("schedules:\n  a: {kind: k, zone: UTC, cron: ▸*/5 * * * *}\n", "must be quoted"),
        .init("schedules:\n- name: a\n  kind: k\n  zone: UTC\n  cron: ▸*/10 * * * *\n", "must be quoted"),
        .init("schedules:\n- cron: ▸*/10 * * * *\n  name: a\n  kind: k\n  zone: UTC\n", "must be quoted"),
        .init(
            "schedules:\n  a:\n    kind: ▸%k\n    zone: UTC\n    cron: 0 2 * * *\n",
            "begins with \"%\" must be quoted"),
        .init(
            "schedules:\n  a:\n    kind: ▸`k`\n    zone: UTC\n    cron: 0 2 * * *\n", "begins with \"`\" must be quoted"
        ),
        .init("logging:\n  level: ▸info: debug\n", "holds a colon and a space must be quoted"),
        .init("admin:\n  socket: ▸- x\n", "begins with \"-\" must be quoted"),
        .init("engine:\n  drain: ▸, 5s\n", "begins with"),
        // All mistakes of that sort at once, and what follows them.
        .init(
            """
            schedules:
              a:
                kind: k
                zone: UTC
                cron: ▸*/5 * * * *
              b:
                kind: k
                zone: ▸UTD
                cron: ▸*/6 * * * *
            """,
            "must be quoted", "schedules.b.zone is not a zone", "must be quoted"),
        // Tabs.
        .init("engine:\n▸\tworkers: 4\n", "a tab where YAML wants spaces"),
        .init("engine:\n  workers: 4\n▸\tdrain: 5s\n", "a tab where YAML wants spaces"),
        .init("engine:\n  workers:\t\t▸- 4\n", "a list item"),
        // Indentation and shape.
        .init("engine:\n  workers: 4\n    ▸drain: 30s\n", "a key is not expected here"),
        .init("engine:\n    workers: 4\n  ▸drain: 30s\n", "a key was expected here"),
        .init("engine: 5\n  ▸workers: 4\n", "a key is not expected here"),
        .init("engine:\n  ▸workers 4\n", "engine is not a mapping", "write a colon"),
        .init("engine:\n  workers: 4\n  ▸drain 30s\n  lease: 30s\n", "a line that is no \"key: value\"; add the colon"),
        .init("schedules:\n  - name: a\n  ▸b: 1\n", "list item"),
        .init("▸engine\n", "the file is not a mapping", "a colon"),
        .init("▸- engine\n", "the file is not a mapping (expected key: value lines, got a list)"),
        .init("▸[]\n", "the file is not a mapping"),
        .init("▸\"text\"\n", "the file is not a mapping (expected key: value lines, got text)"),
        .init("engine: ▸{workers: 4\n", "\"{\" that is not closed"),
        .init("engine: ▸[4\n", "\"[\" that is not closed"),
        .init("engine: {workers: 4}▸}\n", "the line's value ended before this"),
        .init("logging:\n  level: ▸\"info\n", "a quote that is never closed"),
        .init("logging:\n  level: ▸'info\n", "a quote that is never closed"),
        .init("logging:\n  level: ▸\"in\\fo\"\n", "holds a control character"),
        .init("logging:\n  level: \"in▸\\qo\"\n", "unknown escape"),
        .init("logging:\n  level: \"info\" ▸debug\n", "the line's value ended before this"),
        .init("▸: 4\n", "a key was expected here"),
        .init("? ▸[a]\n: 4\n", "a key must be a word (got a list)"),
        .init("? ▸{a: 1}\n: 4\n", "a key must be a word (got a mapping)"),
        .init("▸~: 4\n", "a key must be a word"),
        // What this reader refuses of YAML.
        .init("engine: ▸&e\n  workers: 4\n", "anchors and aliases are not supported"),
        .init("engine:\n  workers: ▸&w 4\n  drain: 5s\n", "anchors and aliases are not supported"),
        .init(
            "schedules:\n  a: ▸&a {kind: k, cron: 0 2 * * *, zone: UTC}\n  b: *a\n",
            "anchors and aliases are not supported"),
        .init("engine:\n  workers: ▸*four\n", "anchors and aliases are not supported"),
        .init("engine:\n  ▸<<: {workers: 4}\n", "merge keys are not supported"),
        .init("engine:\n  workers: ▸!!int 4\n", "tags are not supported"),
        .init("engine: ▸!engine\n  workers: 4\n", "tags are not supported"),
        .init("engine:\n  workers: ▸!u!x 4\n", "must be quoted"),
        .init("engine:\n  workers: 4\n▸---\nengine:\n  workers: 5\n", "a second document"),
        .init("---\nengine:\n  workers: 4\n▸---\n", "a second document"),
        .init("engine:\n  workers: 4\n...\n▸--- {}\n", "a second document"),
        .init("▸%YAML 3.0\n---\nengine: {}\n", "not YAML"),
        .init("engine:\n  workers: ▸|\n    4\n", "write it in one line"),
        // Duplicates.
        .init("engine:\n  workers: 4\n  ▸workers: 5\n", #"duplicate key "workers" in engine (first in line 2)"#),
        .init(
            "engine:\n  workers: 4\nlogging:\n  level: info\n▸engine:\n  drain: 5s\n",
            #"duplicate key "engine" (first in line 1)"#),
        .init("engine:\n  workers: 4\n  ▸workers: 4\n  ▸workers: 4\n", "duplicate key", "duplicate key"),
        .init("engine: {workers: 4, ▸workers: 5}\n", #"duplicate key "workers" in engine"#),
        .init("engine:\n  \"workers\": 4\n  ▸workers: 5\n", "duplicate key"),
        .init("engine:\n  workers: 4\n  ▸'workers': 5\n", "duplicate key"),
        .init(
            "engine:\n  workers: 4\n  ▸workers: 5\n  ▸wrokers: 5\nlogging:\n  level: info\n  ▸level: debug\n",
            "duplicate key \"workers\"", "did you mean \"workers\"?", "duplicate key \"level\""),
        .init(
            "schedules:\n  a: {kind: k, cron: 0 2 * * *, zone: UTC}\n  ▸a: {kind: k, cron: 0 3 * * *, zone: UTC}\n",
            #"duplicate schedule "a" in schedules (first in line 2)"#),
        .init(
            """
            schedules:
            - {name: a, kind: k, cron: 0 2 * * *, zone: UTC}
            - {name: ▸a, kind: k, cron: 0 3 * * *, zone: UTC}
            """,
            #"duplicate schedule "a" (first in line 2)"#),
        .cron(" 0 2 * * *\n    ▸kind: l", "duplicate key \"kind\" in schedules.a"),
        .cron(" 0 2 * * *\n    payload:\n      x: 1\n      ▸x: 2", "holds the key \"x\" twice"),
        // Characters.
        .init("engine:\n  workers: ▸\u{0}4\n", "a NUL character"),
        .init("engine:\n  workers: ▸\u{7}4\n", "the character U+0007"),
        .init("engine:\n  workers: 4▸\u{85}  drain: 5s\n", "the character U+0085"),
        .init("engine:\n  workers: 4▸\u{2028}\n", "the character U+2028"),
        .init("engine:\n  workers: ▸\u{202E}4\n", "the character U+202E"),
        .init("engine:\n  workers: ▸\u{FEFF}4\n", "the character U+FEFF"),
        .init("engine:\n  workers: ▸\u{E000}4\n", "the character U+E000"),
        .init("engine:\n  workers: 4▸\r  drain: 5s\n", "a carriage return without a line feed"),
    ]
}
