import Config
import FoundationEssentials
import Testing

struct CorpusTests {
    private static let reference = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "config/bursar.yaml")

    private let cases: [CorpusCase]

    init() throws {
        cases = Corpus.cases(reference: String(decoding: try Data(contentsOf: Self.reference), as: UTF8.self))
    }

    private func load(_ files: [(name: String, bytes: [UInt8])]) throws(ConfigurationErrors) -> LoadedConfiguration {
        try ConfigurationLoader(environment: [:]).load(
            sources: files.map { ConfigurationSource(file: $0.name, bytes: $0.bytes) })
    }

    @Test func `each broken file is refused where it is broken, and nothing else is said`() {
        for broken in cases {
            do {
                _ = try load(broken.files)
                Issue.record("\(broken.name) was read")
            } catch {
                let found = error.errors.map { "\($0.file):\($0.line ?? 0):\($0.column ?? 0)" }
                #expect(
                    found == broken.expected, "\(broken.name)\n\(error)\n\(Self.excerpt(broken))")
                #expect(error.errors.allSatisfy { !$0.message.isEmpty && !$0.message.hasPrefix("not YAML") })
            }
        }
    }

    @Test func `the samples themselves are read`() throws {
        let files = [("bursar.yaml", CorpusSample.rich), ("bursar.yaml.d/50.yaml", CorpusSample.dropIn)]
        for count in 1...files.count {
            #expect(try load(files.prefix(count).map { ($0.0, Array($0.1.utf8)) }).warnings == [])
        }
    }

    @Test func `the corpus is large, and every case is another`() {
        #expect(cases.count >= 500)
        #expect(Set(cases.map { $0.files.map(\.bytes) }).count > cases.count * 9 / 10)
        #expect(cases.allSatisfy { !$0.expected.isEmpty })
        for damage in Corpus.damages { #expect(cases.contains { $0.name.contains(damage.name) }, "\(damage.name)") }
    }

    /// The lines that should have been named.
    private static func excerpt(_ broken: CorpusCase) -> String {
        broken.files.flatMap { file in
            String(decoding: file.bytes, as: UTF8.self).split(
                omittingEmptySubsequences: false, whereSeparator: \.isNewline
            )
            .enumerated().filter { line in
                broken.expected.contains { $0.hasPrefix("\(file.name):\(line.offset + 1):") }
            }.map { "\(file.name):\($0.offset + 1) | \($0.element.prefix(100))" }
        }.joined(separator: "\n")
    }
}
