import Testing

@testable import OperatorCommands

@Suite struct TableTests {
    private var table: Table {
        var table = Table([.text("NAME"), .number("COUNT"), .text("STATE"), .text("WORDS")])
        table.add(["a", Table.Cell(7), Table.Cell(state: "failed"), "short"])
        table.add(["longer name", Table.Cell(1_000), Table.Cell(nil), "a sentence of some length"])
        return table
    }

    @Test func `columns are as wide as their widest cell, numbers end together`() {
        #expect(
            table.text(for: Recorder().stream()) == """
                NAME         COUNT  STATE   WORDS
                a                7  failed  short
                longer name   1000  -       a sentence of some length

                """)
    }

    @Test func `a table is cut to the width of a terminal`() {
        #expect(
            table.text(for: Recorder().stream(columns: 40)) == """
                NAME         COUNT  STATE   WORDS
                a                7  failed  short
                longer name   1000  -       a sentence …

                """)
        for columns in 1...40 {
            let lines = table.text(for: Recorder().stream(columns: columns)).split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= columns })
        }
    }

    @Test func `colours appear only where they are wanted`() {
        #expect(!table.text(for: Recorder().stream()).contains("\u{1B}"))
        let coloured = table.text(for: Recorder().stream(usesColour: true))
        #expect(coloured.contains("\u{1B}[31mfailed\u{1B}[0m") && coloured.contains("\u{1B}[1mNAME\u{1B}[0m"))
    }

    @Test func `what the database holds cannot move the cursor or hide itself`() {
        var table = Table([.text("ERROR")])
        table.add([Table.Cell("a\u{1B}[2Jb\nc\u{202E}d\u{7F}é\u{0}")])
        #expect(table.text(for: Recorder().stream()) == "ERROR\na\\u{1B}[2Jb\\nc\\u{202E}d\\u{7F}é\\u{0}\n")
    }

    @Test func `facts stand under each other, without those that have no value`() {
        var facts = Facts()
        facts.add("a", "1")
        facts.add("nothing", nil)
        facts.add("longer", "2")
        #expect(facts.text(for: Recorder().stream(), indent: 2) == "  a       1\n  longer  2\n")
    }
}
