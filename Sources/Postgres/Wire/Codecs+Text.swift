extension String: PostgresCodable {
    package static var wireType: WireType { .text }

    package func encode(to writer: inout WireWriter) { writer.text(self) }

    /// Reads text, varchar, char(n), name, json, jsonb and the labels of enums.
    package init(from field: Field) throws(PostgresError) {
        var bytes = try field.required(.text)
        switch field.type {
        case 0, 25, 1043, 19, 1042, 114, 705, 18, WireType.firstUserDefined...: break
        case WireType.jsonb.oid: bytes = try JSONText.withoutVersion(bytes, of: field)
        default: throw field.mismatch(.text)
        }
        // A composite or range type of the database's own is binary: it would hold zero bytes, text never does.
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw field.mismatch(.text)
        }
        self = text
    }

    package var literal: String { quoted(self) + "::text" }
}

/// `text` as a string literal of SQL that means the same whatever standard_conforming_strings is.
func quoted(_ text: String) -> String {
    let escaped = text.replacing("'", with: "''")
    return escaped.contains("\\") ? " E'" + escaped.replacing("\\", with: "\\\\") + "'" : "'" + escaped + "'"
}

/// `name` as an identifier of SQL.
func quotedIdentifier(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
}

/// A value of a jsonb column as text; reading it back gives PostgreSQL's own spelling.
package struct JSONText: Sendable, Hashable, PostgresCodable {
    package var text: String

    package init(text: String) {
        self.text = text
    }

    package static var wireType: WireType { .jsonb }

    package func encode(to writer: inout WireWriter) {
        writer.integer(Self.version)
        writer.text(text)
    }

    /// Reads jsonb and json.
    package init(from field: Field) throws(PostgresError) {
        var bytes = try field.required(.jsonb)
        if field.type == WireType.jsonb.oid || field.type == 0 && bytes.first == Self.version {
            bytes = try Self.withoutVersion(bytes, of: field)
        } else if !field.isA(.json) {
            throw field.mismatch(.jsonb)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw field.mismatch(.jsonb) }
        self.text = text
    }

    package var literal: String { quoted(text) + "::jsonb" }

    /// The only version of the binary format that exists.
    private static let version: UInt8 = 1

    static func withoutVersion(
        _ bytes: UnsafeRawBufferPointer, of field: Field
    ) throws(PostgresError) -> UnsafeRawBufferPointer {
        guard bytes.first == version else { throw field.mismatch(.jsonb) }
        return UnsafeRawBufferPointer(rebasing: bytes[1...])
    }
}
