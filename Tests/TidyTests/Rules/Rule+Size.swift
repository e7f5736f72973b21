extension Rule {
    private static let functionLinesMax = 70
    private static let fileLinesMax = 500
    private static let columnsMax = 120

    static let functionsAreShort = Rule(
        name: "functions have at most \(functionLinesMax) lines",
        counterexample: [
            "Sources/Cron/Zone.swift": "func table() {\n" + String(repeating: "    step()\n", count: 69) + "}\n"
        ]
    ) { (file: SourceFile) in
        file.declarations.filter { $0.kind != .type && $0.lineCount > functionLinesMax }.map {
            let count = "\($0.lineCount) lines, \(functionLinesMax) at most"
            return file.violation($0.line, "`\($0.name)` has \(count): split it by what its parts decide")
        }
    }

    static let filesAreShort = Rule(
        name: "files have at most \(fileLinesMax) lines",
        counterexample: ["Sources/Cron/Zone.swift": String(repeating: "// A line.\n", count: 501)]
    ) { (file: SourceFile) in
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        guard count > fileLinesMax else { return [] }
        let advice = "move an aspect to Type+Aspect.swift"
        return [file.violation(fileLinesMax + 1, "\(count) lines, \(fileLinesMax) at most: \(advice)")]
    }

    static let linesAreShort = Rule(
        name: "lines have at most \(columnsMax) columns",
        counterexample: ["Sources/Cron/Zone.swift": "// " + String(repeating: "x", count: 118)]
    ) { (file: SourceFile) in
        file.lines.enumerated().compactMap { number, line in
            guard line.utf8.count > columnsMax, line.unicodeScalars.count > columnsMax else { return nil }
            let count = line.unicodeScalars.count
            return file.violation(number + 1, "\(count) columns, \(columnsMax) at most: break the line")
        }
    }
}
