import Testing

@Suite struct SwiftLexerTests {
    private func words(_ source: String) -> [String] {
        SwiftLexer(source).tokens.filter { $0.kind == .word }.map(\.text)
    }

    private func texts(_ source: String) -> [String] {
        SwiftLexer(source).tokens.filter { $0.kind == .text }.map(\.text)
    }

    @Test func `words, numbers and signs are told apart`() {
        let tokens = SwiftLexer("let x = a.b(1_000.5e3, 0xFF) ?? .init").tokens
        #expect(
            tokens.map(\.text) == [
                "let", "x", "=", "a", ".", "b", "(", "1_000.5e3", ",", "0xFF", ")", "?", "?", ".", "init",
            ])
        #expect(tokens.filter { $0.kind == .number }.map(\.text) == ["1_000.5e3", "0xFF"])
    }

    @Test func `a range is not a fraction`() {
        #expect(SwiftLexer("1...5").tokens.map(\.text) == ["1", ".", ".", ".", "5"])
    }

    @Test func `a sentence in backticks is one word`() {
        let tokens = SwiftLexer("func `a coin is kept`() {}").tokens
        #expect(tokens[1].text == "a coin is kept")
        #expect(tokens[1].isBackticked)
    }

    @Test func `what a string says is not code`() {
        #expect(words(#"log("try! Date() \" print(")"#) == ["log"])
        #expect(texts(#"log("a \" b")"#) == [#"a \" b"#])
        #expect(words("let a = \"\"; b") == ["let", "a", "b"])
    }

    @Test func `what an interpolation holds is code`() {
        #expect(
            words(#""at \(Date()) in \(zone(of: "a \(inner) b"))" tail"#) == ["Date", "zone", "of", "inner", "tail"])
        #expect(texts(#""a\(b)c""#) == ["a", "c"])
        #expect(words(#""\(f(g(1), h))" tail"#) == ["f", "g", "h", "tail"])
    }

    @Test func `a string of several lines keeps quotes and counts lines`() {
        let source = "let sql = \"\"\"\n    a \"quoted\" word\n    \\(code) \"\"\n    \"\"\"\nafter"
        let tokens = SwiftLexer(source).tokens
        #expect(tokens.filter { $0.kind == .word }.map(\.text) == ["let", "sql", "code", "after"])
        #expect(tokens.last?.line == 5)
        #expect(tokens.first { $0.isWord("code") }?.line == 3)
    }

    @Test func `a raw string needs its number signs to end and to interpolate`() {
        #expect(texts(##"x = #"a " \(b) \n"# + c"##) == [##"a " \(b) \n"##])
        #expect(words(##"#"a \#(b) c"# tail"##) == ["b", "tail"])
        #expect(texts("#\"\"\"#") == ["\""])
        #expect(texts("#\"\"#") == [""])
        #expect(texts("#\"\"\"\n\"\"\" not yet\n\"\"\"#") == ["\n\"\"\" not yet\n"])
    }

    @Test func `an open string ends with its line, an open block with the file`() {
        #expect(words("let a = \"open\nnext") == ["let", "a", "next"])
        #expect(texts("\"\"\"\nopen \\") == ["\nopen \\"])
        #expect(SwiftLexer("/* open /* inner */").comments.count == 1)
        #expect(SwiftLexer("\"\\(a").tokens.map(\.text) == ["", "(", "a", ""])
    }

    @Test func `comments nest, know their lines and whether code stands before them`() {
        let comments = SwiftLexer("/// Doc.\nlet a = 1  // why\n/* one\n /* two */\n*/ let b").comments
        #expect(comments.map(\.isDocumentation) == [true, false, false])
        #expect(comments.map(\.standsAlone) == [true, false, true])
        #expect(comments.map(\.lines) == [1...1, 2...2, 3...5])
        #expect(words("a /* b */ c // d") == ["a", "c"])
    }

    @Test func `a comment behind the end of a long string does not stand alone`() {
        #expect(SwiftLexer("a = \"\"\"\n  b\n  \"\"\"  // why").comments.map(\.standsAlone) == [false])
    }

    @Test func `slashes in a string or an address are no comment`() {
        #expect(SwiftLexer("let a = \"https://example.com\"").comments.isEmpty)
    }

    @Test func `a division is not a regular expression`() {
        #expect(words("let a = b / c / d") == ["let", "a", "b", "c", "d"])
        #expect(words("f(a)/g/h") == ["f", "a", "g", "h"])
        #expect(words("xs.reduce(1, /) + ys.reduce(1, /)") == ["xs", "reduce", "ys", "reduce"])
    }

    @Test func `a regular expression hides quotes`() {
        #expect(words(#"let a = /"\/[a-z]/; b"#) == ["let", "a", "b"])
        #expect(words(##"split(#/"/#) tail"##) == ["split", "tail"])
        #expect(SwiftLexer("#/\n a\n/#\nb").tokens.last?.line == 4)
    }

    @Test func `directives are words of their own`() {
        #expect(words("#if os(Linux)\n#expect(a)\n#endif") == ["#if", "os", "Linux", "#expect", "a", "#endif"])
    }

    @Test(arguments: ["\"", "#\"", "\"\"\"", "\"\\", "`", "#", "/", "/*", "\"\\(", "#/", "\"\"\"\n\\(\"", "\u{FEFF}"])
    func `broken source never traps`(source: String) {
        let whole = SwiftLexer(source)
        #expect(whole.tokens.count + whole.comments.count <= 4)
    }
}
