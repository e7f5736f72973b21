import DaemonTestSupport
import DatabaseTestSupport
import FoundationEssentials
import Glibc
import Postgres
import Subprocess
import SystemPackage
import Testing

/// What the daemon does when it cannot start as told.
@Suite struct RefusalTests {
    @Test func `a broken configuration is refused with 78 and the place of every error`() async throws {
        try await withDirectory { directory in
            let config = directory.appending("bursar.yaml").string
            try Data(
                """
                engine:
                  workers: many
                  drian: 5s
                schedules:
                  nightly: {kind: investments.value, cron: "61 * * * *", zone: America/Buenos_Airez}
                """.utf8
            ).write(to: URL(filePath: config))
            let ending = try await DaemonProcess.run(["--config", config]) { _ in }
            #expect(ending.status == .exited(78))
            for place in ["\(config):2:12:", "\(config):3:3:", "\(config):5:"] {
                #expect(ending.log.contains(place), "\(place) in:\n\(ending.log)")
            }
            #expect(ending.log.contains("drain"), "it says what was meant")
        }
    }

    @Test func `a database without the schema is refused with 76, and migrate mends it`() async throws {
        try await withEmptyDatabase { database in
            try await withDirectory { directory in
                let environment = ["BURSAR_DATABASE_URL": database.uri, "BURSAR_STATE_DIRECTORY": directory.string]
                let arguments = ["--socket", directory.appending("bursar.sock").string]
                let refused = try await DaemonProcess.run(arguments, environment: environment) { _ in }
                #expect(refused.status == .exited(76))
                #expect(refused.log.contains("bursarctl migrate"), "\(refused.log)")

                let migrated = try await Tool.run(["migrate"], environment: environment)
                #expect(migrated.exit == 0, "\(migrated.complaint)")
                let ending = try await DaemonProcess.run(arguments, environment: environment) { daemon in
                    try await untilReady(directory)
                    daemon.stop()
                }
                #expect(ending.status == .exited(0), "\(ending.log)")
            }
        }
    }

    private func untilReady(_ directory: FilePath) async throws {
        let socket = directory.appending("bursar.sock").string
        try await until("the daemon answers") {
            try await Tool.run(["--socket", socket, "status"]).exit == 0
        }
    }
}
