import FoundationEssentials

/// Every text file of the project, by its path from the root. Rules see nothing else: a test makes one from a snippet.
struct Repository: Sendable {
    /// All of them, Swift included, in the order of their paths.
    let texts: [(path: String, lines: [Substring])]
    let swift: [SourceFile]

    init(_ files: [String: String]) {
        let sorted = files.sorted { $0.key < $1.key }
        texts = sorted.map { ($0.key, $0.value.split(separator: "\n", omittingEmptySubsequences: false)) }
        swift = sorted.filter { $0.key.hasSuffix(".swift") }.map { SourceFile(path: $0.key, text: $0.value) }
    }

    func swiftFile(_ path: String) -> SourceFile? {
        swift.first { $0.path == path }
    }

    // MARK: On disk

    /// What is on disk around this file, read once.
    static let onDisk = Result { try Repository(reading: root) }

    private static var root: URL {
        var url = URL(filePath: #filePath).resolvingSymlinksInPath()
        for _ in ["Repository.swift", "TidyTests", "Tests"] { url.deleteLastPathComponent() }
        return url
    }

    /// Dot files that are part of the project; all others are left by tools.
    private static let dotFiles: Set<String> = [".ci", ".swift-format", ".gitignore"]
    /// Beyond this a file is data, not text that someone reads.
    private static let bytesMax = 1_000_000

    init(reading root: URL) throws {
        var files: [String: String] = [:]
        try Self.read(root, as: "", into: &files)
        self.init(files)
    }

    private static func read(_ folder: URL, as prefix: String, into files: inout [String: String]) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            guard !name.hasPrefix(".") || (prefix.isEmpty && dotFiles.contains(name)) else { continue }
            let url = folder.appending(path: name)
            let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
            switch attributes[.type] as? FileAttributeType {
            case .typeDirectory:
                try read(url, as: prefix + name + "/", into: &files)
            case .typeRegular where attributes[.size] as? Int ?? 0 <= bytesMax:
                guard let text = String(bytes: try Data(contentsOf: url), encoding: .utf8) else { continue }
                files[prefix + name] = text
            default:
                continue
            }
        }
    }
}
