import FoundationEssentials
import Testing

@testable import Config

struct ReferenceFileTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "config/bursar.yaml").path

    private let text: String
    private let loaded: LoadedConfiguration
    private let defaults: LoadedConfiguration

    init() throws {
        text = try String(decoding: Data(contentsOf: URL(filePath: Self.path)), as: UTF8.self)
        loaded = try ConfigurationLoader(environment: [:]).load(text: text, file: "bursar.yaml")
        defaults = try ConfigurationLoader(environment: [:]).load(text: "", file: "bursar.yaml")
    }

    @Test func `what it shows is the default`() {
        #expect(loaded.configuration == defaults.configuration)
        #expect(loaded.rows.map(\.path) == defaults.rows.map(\.path))
        #expect(loaded.rows.map(\.value) == defaults.rows.map(\.value))
        #expect(ConfigurationDifference.between(old: defaults, new: loaded) == [])
        #expect(loaded.warnings == [])
    }

    @Test func `it writes every setting out`() {
        for row in loaded.rows where !row.path.hasPrefix("schedules.") {
            #expect(row.origin != .builtIn, "\(row.path) is not in the file")
        }
    }

    @Test func `it mentions every key of a schedule, and the default of each`() {
        let lines = text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "#" } }
        let hourly = "schedules.investments.hourly."
        for setting in ScheduleSettings.all {
            #expect(lines.contains { $0.hasPrefix(setting.path + ":") }, "\(setting.path) is not in the file")
            guard let row = loaded.rows.first(where: { $0.path == hourly + setting.path }), row.origin == .builtIn,
                setting.path != "days"
            else { continue }
            #expect(lines.contains("\(setting.path): \(row.value)"), "\(setting.path) is not \(row.value) there")
        }
    }

    @Test func `it names every variable and limit`() {
        let variables = EnvironmentLayer.names
        for variable in variables { #expect(text.contains(variable), "\(variable) is not in the file") }
        for setting in Settings.all {
            guard let from = setting.expected.firstRange(of: " from "), let to = setting.expected.firstRange(of: " to ")
            else { continue }
            let lowest = setting.expected[from.upperBound..<to.lowerBound]
            let highest = setting.expected[to.upperBound...]
            #expect(text.contains("\(lowest) to \(highest)"), "the limits of \(setting.path) are not in the file")
        }
    }

    @Test func `each line is a comment, blank or as wide as the house style allows`() {
        for line in text.split(separator: "\n") { #expect(line.count <= 120) }
    }
}
