import Testing

@testable import Postgres

@Suite struct CopyParserTests {
    /// Two rows of an int8 and a text, the second's text NULL.
    private static let stream: [UInt8] = {
        var writer = CopyWriter(columns: [CopyColumn(name: "a", type: 20), CopyColumn(name: "b", type: 25)])
        writer.row(columns: 2)
        writer.append(1)
        writer.append("one")
        writer.row(columns: 2)
        writer.append(2)
        writer.append(String?.none)
        writer.end()
        return writer.bytes
    }()

    private func rows(_ messages: [ArraySlice<UInt8>]) throws -> [(Int, String?)] {
        var parser = CopyParser()
        var rows: [(Int, String?)] = []
        for message in messages {
            try Array(message).withUnsafeBytes { bytes in
                try parser.feed(bytes) { row in rows.append((try row.next(), try row.next())) }
            }
        }
        try parser.checkEnd()
        return rows
    }

    @Test func `rows are the same however the bytes are split`() throws {
        let stream = Self.stream
        for cut in 0...stream.count {
            let parsed = try rows([stream[..<cut], stream[cut...]])
            #expect(parsed.map(\.0) == [1, 2])
            #expect(parsed.map(\.1) == ["one", nil])
        }
        let byByte = try rows(stream.indices.map { stream[$0...$0] })
        #expect(byByte.map(\.1) == ["one", nil])
    }

    @Test func `a header with an extension and harmless flags is passed over`() throws {
        var stream = Self.stream
        stream[14] = 1
        stream[18] = 3
        stream.insert(contentsOf: [9, 9, 9], at: 19)
        #expect(try rows([stream[...]]).map(\.0) == [1, 2])
    }

    @Test func `a missing trailer, a wrong signature, unknown flags and negative sizes are refused`() {
        #expect(throws: PostgresError.self) { try rows([Self.stream.dropLast(2)]) }
        #expect(throws: PostgresError.self) { try rows([Self.stream.dropLast(7)]) }
        for (position, value) in [(0, 0), (12, 1), (19, 0x80), (21, 0x80)] as [(Int, UInt8)] {
            var stream = Self.stream
            stream[position] = value
            #expect(throws: PostgresError.self) { try rows([stream[...]]) }
        }
    }
}
