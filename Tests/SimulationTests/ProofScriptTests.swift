import FoundationEssentials
import Glibc
import Testing

/// `scripts/proof` and `scripts/fuzz` prove what they say, with a compiler that only writes down what it is asked.
@Suite struct ProofScriptTests {
    /// A folder with the scripts, and a `swift` of ours.
    private struct Place {
        let root: URL

        init(packagePart: String = "exit 0") throws {
            root = FileManager.default.temporaryDirectory.appending(path: "proofs-\(UInt64.random(in: 0...(.max)))")
            var project = URL(filePath: #filePath).resolvingSymlinksInPath()
            for _ in ["ProofScriptTests.swift", "SimulationTests", "Tests"] { project.deleteLastPathComponent() }
            try FileManager.default.createDirectory(
                at: root.appending(path: "scripts"), withIntermediateDirectories: true)
            for script in ["proof", "proof-table", "fuzz"] {
                let text = try Data(contentsOf: project.appending(path: "scripts/\(script)"))
                try write(String(decoding: text, as: UTF8.self), to: "scripts/\(script)")
            }
            try write("#!/bin/sh\nmkdir -p \"$1\"\n\(packagePart)\n", to: "scripts/package-part")
            try write("#!/bin/sh\necho \"swift $*\" >>asked\nenv >>asked\n", to: "swift")
        }

        /// A process of its own writes it: one that this process still had open for writing, in a child that another
        /// test has just forked, could not be started.
        func write(_ text: String, to path: String) throws {
            let file = root.appending(path: path)
            let command = "mkdir -p '\(file.deletingLastPathComponent().path)' && cat >'\(file.path)'"
            let pipe = try #require(popen("\(command) && chmod 755 '\(file.path)'", "w"))
            let bytes = Array(text.utf8)
            #expect(fwrite(bytes, 1, bytes.count, pipe) == bytes.count)
            #expect(pclose(pipe) == 0)
        }

        /// A fuzzer that finds what it is told to find.
        func writeFuzzer() throws {
            let fuzzer = """
                #!/bin/sh
                [ "$BURSAR_FUZZ" = --list ] && exec echo cron
                [ -z "$FINDS" ] || touch .build/fuzz/found/cron/$FINDS
                echo "stat::number_of_executed_units: 12" >&2

                """
            try write(fuzzer, to: ".build/fuzz/.build/release/fuzz")
        }

        func text(of path: String) throws -> String {
            String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
        }

        /// What is played here must not come into the record of a proof that this is part of.
        func run(_ command: String) throws -> (text: String, status: Int32) {
            let place = "cd '\(root.path)' && unset BURSAR_PROOF BURSAR_PROOF_RECORD"
            let pipe = try #require(popen("\(place) && PATH=\"$PWD:$PATH\" \(command) 2>&1", "r"))
            var text: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { text += buffer[..<count] }
            return (String(decoding: text, as: UTF8.self), pclose(pipe))
        }

        func remove() {
            try? FileManager.default.removeItem(at: root)
        }
    }

    @Test func `what repeats one run or selects a few visits narrows no proof`() throws {
        let place = try Place()
        defer { place.remove() }
        let words = ["CRASH_ONLY", "SIMULATION_SEED", "FUZZ_SEED", "SEED", "DRILL"].map { "BURSAR_\($0)=7" }
        _ = try place.run("env \(words.joined(separator: " ")) BURSAR_FUZZ_SECONDS=9 scripts/proof crash")
        let asked = try place.text(of: "asked")
        #expect(asked.contains("swift test") && asked.contains("\nBURSAR_PROOF=1\n"))
        #expect(asked.contains("\nBURSAR_FUZZ_SECONDS=9\n"))
        for word in words { #expect(!asked.contains("\n\(word)\n")) }
    }

    @Test func `each proof runs its own tests`() throws {
        let place = try Place()
        defer { place.remove() }
        _ = try place.run("scripts/proof simulation conformance")
        let filters = try place.text(of: "asked").split(separator: "\n").compactMap { line in
            line.hasPrefix("swift test") ? line.split(separator: " ").last : nil
        }
        #expect(
            filters == [
                "ConformanceTests|ProofTableTests|ProofScriptTests", "SchedulingSimulationTests", "ScheduleYearsTests",
            ])
    }

    @Test func `what was proven of a commit is not proven again, of other sources it is`() throws {
        let place = try Place()
        defer { place.remove() }
        try place.write(".build\nasked\n", to: ".gitignore")
        let git = "git -c user.name=n -c user.email=e"
        _ = try place.run("git init -q && git add -A && \(git) commit -qm one")
        let again = "proven of this commit already"
        // The sanitizer's script is not there: what failed is not proven.
        let first = try place.run("scripts/proof")
        #expect(!first.text.contains(again) && first.text.contains("tests failed: fuzz thread-sanitizer"))
        let second = try place.run("scripts/proof")
        #expect(second.text.split(separator: "\n").filter { $0 == again }.count == 8, "\(second.text)")
        #expect(!(try place.run("scripts/proof audit").text.contains(again)))
        try place.write("new", to: "Sources")
        #expect(!(try place.run("scripts/proof").text.contains(again)))
        _ = try place.run("git add -A && \(git) commit -qm two")
        #expect(!(try place.run("scripts/proof").text.contains(again)))
    }

    @Test func `readers that could not be taken out of the package are not proven`() throws {
        let place = try Place(packagePart: "case $1 in *fuzz-tests) exit 3 ;; esac")
        defer { place.remove() }
        try place.writeFuzzer()
        let proof = try place.run("scripts/proof fuzz")
        #expect(proof.status != 0 && proof.text.contains("proof: tests failed: fuzz"), "\(proof.text)")
    }

    @Test func `an input that an earlier run found is not counted again`() throws {
        let place = try Place()
        defer { place.remove() }
        try place.writeFuzzer()
        for found in ["crash-1", "timeout-1", "oom-1"] { try place.write("x", to: ".build/fuzz/found/cron/\(found)") }
        _ = try place.run("touch -d '1 hour ago' .build/fuzz/found/cron/*")
        let old = try place.run("env BURSAR_PROOF_RECORD=record scripts/fuzz all 1")
        #expect(old.status == 0 && old.text.contains("fuzz.cron: 12 inputs, 0 crashes, 0 hangs"), "\(old.text)")
        #expect(
            try place.text(of: "record")
                == "{\"proof\":\"fuzz.cron.guided\",\"inputs\":12,\"crashes\":0,\"slow\":0}\n")
        // An input that is found once more has the name that it had.
        for (finds, counts) in [("crash-1", "1 crashes, 0 hangs"), ("timeout-2", "1 crashes, 1 hangs")] {
            let new = try place.run("env FINDS=\(finds) scripts/fuzz cron 1")
            #expect(new.text.contains("fuzz.cron: 12 inputs, \(counts)"), "\(new.text)")
        }
    }
}
