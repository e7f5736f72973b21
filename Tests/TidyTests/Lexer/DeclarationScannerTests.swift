import Testing

@Suite struct DeclarationScannerTests {
    private func declarations(_ source: String) -> [Declaration] {
        DeclarationScanner(SwiftLexer(source).tokens).declarations
    }

    @Test func `types, members and their lines are found`() {
        let found = declarations(
            """
            @Suite(.serialized)
            package final class Pool: Sendable, Service {
                private static func make<T: P>(_ x: () -> T = { T() }) async throws -> [T]
                    where T: Sendable
                {
                }

                init?(a: Int) { self.init(b: 1) }
                var size: Int { 1 }
                let limit = { 2 }()
            }
            """)
        #expect(found.map(\.keyword) == ["class", "func", "init", "var"])
        #expect(found.map(\.name) == ["Pool", "make", "init", "size"])
        #expect(found.map(\.line) == [2, 3, 8, 9])
        #expect(found.map(\.endLine) == [11, 6, 8, 9])
        #expect(found[0].firstLine == 1)
        #expect(found[0].attributes == ["Suite"])
        #expect(found[0].modifiers == ["package", "final"])
        #expect(found[0].inherited == ["Sendable", "Service"])
        #expect(found.map(\.parent) == [nil, 0, 0, 0])
    }

    @Test func `what stands in a body is local`() {
        let found = declarations(
            "func a() {\n  if b { func c() {} }\n  struct D { func e() {} }\n  var f: Int { 1 }\n}")
        #expect(found.map(\.name) == ["a", "c", "D", "e"])
        #expect(found.map(\.isLocal) == [false, true, true, false])
    }

    @Test func `requirements of a protocol have no body`() {
        let found = declarations("protocol P: AnyObject {\n  func a() async\n  func b()\n}\nfunc c() {\n}")
        #expect(found.map(\.name) == ["P", "a", "b", "c"])
        #expect(found.map(\.endLine) == [4, 2, 3, 6])
        #expect(found.map(\.parent) == [nil, 0, 0, nil])
    }

    @Test func `keywords in other roles declare nothing`() {
        let found = declarations(
            """
            import struct Foundation.Date
            import class Foundation.Thread
            let a = Kind.actor
            let b = make(class: 1, func: 2, actor: c)
            let d = [Int].init(e)
            let `func` = 3
            """)
        #expect(found.isEmpty)
    }

    @Test func `modifiers and attributes with arguments belong to what they stand before`() {
        let found = declarations(
            """
            step()
            @Test(.tags(.slow), arguments: [1, 2])
            @available(*, deprecated)
            func `a coin`(x: Int) {}
            private(set) nonisolated(unsafe) static var c: Int { 1 }
            extension A { class func d() {} }
            """)
        #expect(found.map(\.name) == ["a coin", "c", "A", "d"])
        #expect(found[0].attributes == ["Test", "available"])
        #expect(found[0].firstLine == 2)
        #expect(found[1].modifiers == ["private", "nonisolated", "static"])
        #expect(found[3].modifiers == ["class"])
    }

    @Test func `operators and dotted names are read whole`() {
        let found = declarations("extension A.B { static func == (a: Self, b: Self) -> Bool { true } }")
        #expect(found.map(\.name) == ["B", "=="])
    }

    @Test func `an assigned property has no body, an annotated one may break its line`() {
        #expect(declarations("struct A {\n  var b: Int\n  func c() {}\n}").map(\.name) == ["A", "c"])
        #expect(declarations("struct A { var b: [Int] = d { 1 } }").map(\.name) == ["A"])
        #expect(declarations("struct A { var b:\n  Int { 1 } }").map(\.name) == ["A", "b"])
    }

    @Test func `conditions after a generic type are not inherited`() {
        #expect(declarations("struct A<B: C>: D where B: E {}")[0].inherited == ["D"])
        #expect(declarations("extension A where B: C {}")[0].inherited.isEmpty)
        #expect(declarations("actor A: PostgresJob {}")[0].inherited == ["PostgresJob"])
    }

    @Test func `too many closing braces do not trap`() {
        #expect(declarations("}} struct A {}").map(\.name) == ["A"])
    }
}
