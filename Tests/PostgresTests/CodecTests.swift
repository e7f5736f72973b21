import DatabaseTestSupport
import FoundationEssentials
import Postgres
import Primitives
import Testing

@Suite struct CodecTests {
    /// Sends each value as a parameter, in an array, and as a literal of a COPY, and expects it back.
    private func roundTrip<T: PostgresCodable & Equatable>(
        _ values: [T], on connection: PostgresConnection
    ) async throws {
        for value in values {
            #expect(try await connection.value("SELECT \(value)", as: T.self) == value)
        }
        #expect(try await connection.value("SELECT \(values)", as: [T].self) == values)
        #expect(try await connection.value("SELECT \([T]())", as: [T].self) == [])
        let holed: [T?] = values.map { $0 } + [nil]
        #expect(try await connection.value("SELECT \(holed)", as: [T?].self) == holed)
        #expect(try await connection.value("SELECT \(T?.none)", as: T?.self) == nil)
        let copied = try await connection.copyOut("SELECT unnest(\(holed))", into: [T?]()) { $0.append(try $1.next()) }
        #expect(copied == holed)
    }

    @Test func `numbers come back as they went, extremes too`() async throws {
        try await withConnection { connection, _ in
            try await roundTrip([true, false], on: connection)
            try await roundTrip([Int16.min, -1, 0, 1, .max], on: connection)
            try await roundTrip([Int32.min, -1, 0, 1, .max], on: connection)
            try await roundTrip([Int64.min, -1, 0, 1, .max], on: connection)
            try await roundTrip([Int.min, -1, 0, 1, .max], on: connection)
            try await roundTrip(
                [0, -0.5, .pi, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -.infinity], on: connection)
            #expect(try await connection.value("SELECT \(Double.nan)", as: Double.self).isNaN)
        }
    }

    @Test func `texts come back as they went`() async throws {
        try await withConnection { connection, _ in
            try await roundTrip(
                ["", "a", "it's", "back\\slash", "äöü 🎓", "\"quoted\"", "line\nbreak", "NULL", "{}"], on: connection)
            try await roundTrip([JSONText(text: "{\"a\": [1, null]}"), JSONText(text: "\"it's\"")], on: connection)
        }
    }

    @Test func `bytes and names come back as they went`() async throws {
        try await withConnection { connection, _ in
            try await roundTrip([[UInt8](), [0, 1, 127, 128, 255], Array("text".utf8)], on: connection)
            let uuid = UUID(uuid: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255))
            try await roundTrip([uuid], on: connection)
            try await roundTrip([ExecutionID(uuid)], on: connection)
            #expect(
                try await connection.value("SELECT \(uuid)::text", as: String.self)
                    == "00010203-0405-0607-0809-0a0b0c0d0eff")
            #expect(try await connection.value("SELECT '\\001ff'::bytea", as: [UInt8].self) == [1, 0x66, 0x66])
        }
    }

    @Test func `instants and days come back as they went`() async throws {
        try await withConnection { connection, _ in
            // The first microsecond that timestamptz holds, and the last that an instant does.
            let first = Instant(microseconds: -210_866_803_200_000_000)
            let last = Instant(microseconds: .max)
            let instants = ["1970-01-01T00:00:00Z", "1999-12-31T23:59:59.999999Z", "2026-10-25T01:30:00.000001Z"]
            try await roundTrip(instants.compactMap(Instant.init(rfc3339:)) + [first, last], on: connection)
            let days = [CivilDate(year: 1, month: 1, day: 1), CivilDate(year: 2024, month: 2, day: 29)].compactMap {
                $0
            }
            try await roundTrip(days + [CivilDate(daysSinceEpoch: -2_440_588)], on: connection)
            let noon = try #require(Instant(rfc3339: "2026-10-25T12:00:00Z"))
            #expect(try await connection.value("SELECT \(noon)::text", as: String.self) == "2026-10-25 12:00:00+00")
        }
    }

    @Test func `infinity is no instant and no day`() async throws {
        try await withConnection { (connection, _) async throws in
            for text in ["infinity", "-infinity"] {
                let instant = await failure {
                    try await connection.value("SELECT \(text)::timestamptz", as: Instant.self)
                }
                #expect(instant?.code == .decoding)
                #expect(instant?.message.contains("infinite timestamptz") == true)
                let day = await failure { try await connection.value("SELECT \(text)::date", as: CivilDate.self) }
                #expect(day?.code == .decoding)
            }
            let beyond = Instant(microseconds: .min)
            #expect(await failure { try await connection.execute("SELECT \(beyond)") }?.code == .encoding)
            let edge = Instant(microseconds: .min + 946_684_800_000_000)
            #expect(await failure { try await connection.execute("SELECT \(edge)") }?.code == .encoding)
        }
    }

    @Test func `integers are read from narrower columns, never from others`() async throws {
        try await withConnection { connection, _ in
            let narrow = try await connection.value("SELECT 7::int2", as: Int.self)
            #expect(narrow == 7)
            #expect(try await connection.value("SELECT -7::int4", as: Int64.self) == -7)
            #expect(try await connection.value("SELECT 4294967295::oid", as: Int64.self) == 4_294_967_295)
            #expect(try await connection.value("SELECT 7::int2", as: Int32.self) == 7)
            #expect(try await connection.value("SELECT 0.5::float4", as: Double.self) == 0.5)
            let error = await failure { try await connection.value("SELECT now()", as: Int.self) }
            #expect(error?.code == .decoding)
            #expect(error?.message == "column 0: expected int8 (oid 20), got type oid 1184")
            #expect(
                await failure { try await connection.value("SELECT 1.5::numeric", as: Double.self) }?.code == .decoding)
            #expect(await failure { try await connection.value("SELECT 1", as: String.self) }?.code == .decoding)
            #expect(await failure { try await connection.value("SELECT 1::int8", as: Int32.self) }?.code == .decoding)
        }
    }

    @Test func `NULL is read as an optional and as nothing else`() async throws {
        try await withConnection { connection, _ in
            let error = await failure { try await connection.value("SELECT NULL::int8", as: Int.self) }
            #expect(error?.message == "column 0 is NULL, expected int8")
            let absent = try await connection.value("SELECT NULL::int8", as: Int?.self)
            #expect(absent == nil)
            let array = await failure { try await connection.value("SELECT ARRAY[1, NULL]::int8[]", as: [Int].self) }
            #expect(array?.code == .decoding)
        }
    }

    @Test func `labels of enums are text, and Swift enums are their raw values`() async throws {
        try await withConnection { connection, _ in
            try await connection.script(
                "CREATE TYPE fruit AS ENUM ('apple', 'plum'); CREATE TYPE pair AS (a int, b int)")
            #expect(try await connection.value("SELECT 'plum'::fruit", as: String.self) == "plum")
            #expect(try await connection.value("SELECT \(Fruit.plum)::fruit", as: Fruit.self) == .plum)
            #expect(
                try await connection.value("SELECT \([Fruit.plum, .apple])::fruit[]", as: [Fruit].self) == [
                    .plum, .apple,
                ])
            #expect(await failure { try await connection.value("SELECT 'cherry'", as: Fruit.self) }?.code == .decoding)
            #expect(
                await failure { try await connection.value("SELECT (1, 2)::pair", as: String.self) }?.code == .decoding)
        }
    }

    @Test func `more than one dimension is refused`() async throws {
        try await withConnection { (connection, _) async throws in
            let error = await failure { try await connection.value("SELECT ARRAY[[1], [2]]::int8[]", as: [Int].self) }
            #expect(error?.code == .decoding)
            #expect(await failure { try await connection.execute("SELECT \([[1], [2]])") }?.code == .encoding)
        }
    }
}

enum Fruit: String, PostgresCodable {
    case apple, plum
}
