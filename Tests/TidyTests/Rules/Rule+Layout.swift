extension Rule {
    /// What lies in a folder that the manifest does not name is never compiled, and its tests never run.
    static let foldersAreTargets = Rule(
        name: "every folder of Sources and Tests is a target",
        counterexample: [
            "Package.swift": "let package = Package(targets: [.target(name: \"Cron\")])",
            "Sources/Zones/Zones.swift": "// Zones",
        ]
    ) { (repository: Repository) in
        let declared = repository.swiftFile("Package.swift").map(declaredTargets) ?? []
        return repository.firstFiles().filter { !declared.contains($0.target) }.map { target, path in
            Violation(path: path, line: 1, message: "declare the target `\(target)` in Package.swift")
        }
    }

    private static func declaredTargets(in manifest: SourceFile) -> Set<String> {
        var names: Set<String> = []
        for kind in ["target", "executableTarget", "testTarget", "systemLibrary", "plugin", "macro"] {
            let declaration = SwiftLexer(".\(kind)(name:").tokens
            for start in manifest.occurrences(of: declaration) where start + 5 < manifest.tokens.count {
                names.insert(manifest.tokens[start + 5].text)
            }
        }
        return names
    }

    private static let headerLines = 3...15

    /// The file that a stranger opens first.
    static let targetsHaveAFace = Rule(
        name: "every target has a namesake file that says what it is for",
        counterexample: ["Sources/Cron/Zone.swift": "struct Zone {}\n"]
    ) { (repository: Repository) in
        let targets = Set(repository.swift.compactMap(\.target)).sorted()
        return targets.compactMap { target in
            let files = repository.swift.filter { $0.target == target }
            guard let face = files.first(where: { isNamesake($0.name, of: target) }) else {
                let advice = "add \(target).swift with a header comment: what it is for, what it never does"
                return files.first?.violation(1, advice)
            }
            let header = face.lines.prefix { $0.hasPrefix("//") && !$0.hasPrefix("///") }
            guard !headerLines.contains(header.count) else { return nil }
            let count = "\(header.count) lines, not \(headerLines.lowerBound) to \(headerLines.upperBound)"
            return face.violation(1, "the header has \(count): what it is for, what it never does, what was decided")
        }
    }

    /// `bursar-bench` may have `BursarBench.swift`.
    private static func isNamesake(_ file: String, of target: String) -> Bool {
        file.filter(\.isLetter).lowercased() == target.filter(\.isLetter).lowercased()
    }

    private static let catalog = "Sources/BursarDaemon/JobCatalog.swift"

    /// A job that no catalog names is never run.
    static let jobsAreInTheCatalog = Rule(
        name: "every job is in the catalog",
        counterexample: [
            "Sources/Credits/Jobs/RefreshCredits.swift": "actor RefreshCredits: PostgresJob {}",
            catalog: "enum JobCatalog {} // RefreshCredits",
        ]
    ) { (repository: Repository) in
        let listed = Set(repository.swiftFile(catalog)?.tokens.filter { $0.kind == .word }.map(\.text) ?? [])
        return repository.swift.filter { isForJobs($0) }.flatMap { file in
            file.declarations.filter { isJob($0) && !listed.contains($0.name) }.map {
                file.violation($0.line, "`\($0.name)` would never run: add it to \(catalog)")
            }
        }
    }

    /// The targets that define what a job is have none themselves.
    private static func isForJobs(_ file: SourceFile) -> Bool {
        file.path.hasPrefix("Sources/") && !["Jobs", "JobsPostgres"].contains(file.target)
    }

    private static func isJob(_ type: Declaration) -> Bool {
        type.kind == .type && type.keyword != "protocol" && !type.isLocal
            && type.inherited.contains { $0 == "Job" || $0 == "PostgresJob" }
    }
}

extension Repository {
    /// Each folder of Sources and Tests that holds Swift, with the first of its files.
    fileprivate func firstFiles() -> [(target: String, path: String)] {
        var found: [String: String] = [:]
        for file in swift {
            let parts = file.path.split(separator: "/")
            guard parts.count > 2, parts[0] == "Sources" || parts[0] == "Tests" else { continue }
            found[String(parts[1]), default: file.path] = min(found[String(parts[1])] ?? file.path, file.path)
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
