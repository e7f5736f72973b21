import Logging

extension Event {
    package static let databaseEvents: [Event] = [
        .databaseUnreachable, .databaseBack, .databaseWaitedForAtStart, .sessionLost, .takenForDead, .listenCanaryLost, .embeddedMigrated, .embeddedStopFailed,
    ]

    package static let databaseUnreachable = Event(
        "BRS-4001", "database-unreachable", .error, id: "8a581d74e073e81c006d0af5c31f51ce",
        summary: "The database does not answer")

    package static let databaseBack = Event(
        "BRS-4002", "database-back", .notice, id: "151603874589ec9cc5ea339df729711d",
        summary: "The database answers again")

    package static let databaseWaitedForAtStart = Event(
        "BRS-4003", "database-waited-for-at-start", .warning, id: "2f757d2c2cfe30b9406537aadb0945ac",
        summary: "The daemon waits for the database before it starts")

    package static let sessionLost = Event(
        "BRS-4004", "session-lost", .warning, id: "7028a248782d2ca1774290e181577406",
        summary: "The daemon lost its own connection to the database")

    package static let takenForDead = Event(
        "BRS-4005", "taken-for-dead", .error, id: "75507b9aab0be2db996767a1076e2262",
        summary: "This daemon was taken for dead and goes on as a new one")

    package static let listenCanaryLost = Event(
        "BRS-4006", "listen-canary-lost", .warning, id: "5da282511d2bdb2297674a2bb6a04a96",
        summary: "Notifications of the database do not arrive")

    package static let embeddedMigrated = Event(
        "BRS-4101", "embedded-migrated", .notice, id: "00a2d9d28cff71ee070655ac333b1148",
        summary: "The embedded database got a newer schema")

    package static let embeddedStopFailed = Event(
        "BRS-4102", "embedded-stop-failed", .error, id: "eea992422c82f6dd74398cd20a7704cc",
        summary: "The embedded database did not stop")
}
