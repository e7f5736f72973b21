/// A SQL type as the wire names it: its object id, its array's, and the name that a cast uses.
package struct WireType: Sendable, Hashable {
    package let oid: UInt32
    /// Zero when arrays of it are not supported.
    package let arrayOID: UInt32
    package let name: String

    package init(oid: UInt32, arrayOID: UInt32, name: String) {
        self.oid = oid
        self.arrayOID = arrayOID
        self.name = name
    }
}

extension WireType {
    static let bool = WireType(oid: 16, arrayOID: 1000, name: "boolean")
    static let bytea = WireType(oid: 17, arrayOID: 1001, name: "bytea")
    static let char = WireType(oid: 18, arrayOID: 1002, name: "\"char\"")
    static let name = WireType(oid: 19, arrayOID: 1003, name: "name")
    static let int8 = WireType(oid: 20, arrayOID: 1016, name: "int8")
    static let int2 = WireType(oid: 21, arrayOID: 1005, name: "int2")
    static let int4 = WireType(oid: 23, arrayOID: 1007, name: "int4")
    static let text = WireType(oid: 25, arrayOID: 1009, name: "text")
    static let oid = WireType(oid: 26, arrayOID: 1028, name: "oid")
    static let json = WireType(oid: 114, arrayOID: 199, name: "json")
    static let float4 = WireType(oid: 700, arrayOID: 1021, name: "float4")
    static let float8 = WireType(oid: 701, arrayOID: 1022, name: "float8")
    static let unknown = WireType(oid: 705, arrayOID: 0, name: "unknown")
    static let bpchar = WireType(oid: 1042, arrayOID: 1014, name: "bpchar")
    static let varchar = WireType(oid: 1043, arrayOID: 1015, name: "varchar")
    static let date = WireType(oid: 1082, arrayOID: 1182, name: "date")
    static let timestamptz = WireType(oid: 1184, arrayOID: 1185, name: "timestamptz")
    static let uuid = WireType(oid: 2950, arrayOID: 2951, name: "uuid")
    static let jsonb = WireType(oid: 3802, arrayOID: 3807, name: "jsonb")

    /// Types that a database defines itself (enums, domains' arrays, extensions) have ids from here on.
    static let firstUserDefined: UInt32 = 16_384

    /// The type of arrays of `element`.
    static func array(of element: WireType) -> WireType {
        WireType(oid: element.arrayOID, arrayOID: 0, name: element.name + "[]")
    }
}
