import Testing

@testable import Postgres

@Suite struct AddressTests {
    private func hosts(_ uri: String) throws -> [String] {
        try PostgresAddress(uri: uri).hosts.map(\.hostName)
    }

    @Test func `several hosts become one address each, with their own port or the only one`() throws {
        #expect(try hosts("postgresql://a:1,b:2,c:3/x") == ["a:1", "b:2", "c:3"])
        #expect(try hosts("host=a,b port=7") == ["a:7", "b:7"])
        #expect(try hosts("host=a,b port=7,") == ["a:7", "b"])
        #expect(try hosts("host=a") == ["a"])
        #expect(try hosts("hostaddr=10.0.0.1,10.0.0.2") == ["10.0.0.1", "10.0.0.2"])
        #expect(try hosts("dbname=x") == ["the default host"])
    }

    @Test func `the description hides the password`() throws {
        let address = try PostgresAddress(uri: "postgresql://me:hunter2@a/x?sslpassword=hunter3")
        #expect(!"\(address)".contains("hunter"))
        #expect(!String(reflecting: address).contains("hunter"))
        #expect("\(address)".contains("password=***"))
        #expect(address["password"] == "hunter2")
    }

    @Test func `an address that libpq cannot read is refused without being quoted`() {
        let error = #expect(throws: PostgresError.self) {
            try PostgresAddress(uri: "postgresql://me:hunter2@a/?nothing=1")
        }
        #expect(error?.code == .misuse)
        #expect(error.map { "\($0)".contains("hunter2") } == false)
    }

    @Test func `keywords are replaced, added and taken out`() throws {
        let address = try PostgresAddress(uri: "host=a dbname=x")
        #expect(address.setting("dbname", to: "y")["dbname"] == "y")
        #expect(address.setting("port", to: "1")["port"] == "1")
        #expect(address.setting("host", to: nil)["host"] == nil)
    }

    @Test
    func `session settings are escaped, and the address's own options stay between defaults and demands`() throws {
        let options = ConnectionOptions(statementTimeout: .seconds(2), settings: ["search_path": "a, b\\c"])
        let address = try PostgresAddress(uri: "postgresql:///x?options=-c%20geqo%3Doff").forSession(options)
        let words = try #require(address["options"])
        #expect(words.contains("-c default_transaction_isolation=read\\ committed"))
        #expect(words.contains("-c timezone=UTC -c geqo=off -c statement_timeout=2000ms -c search_path=a,\\ b\\\\c"))
        #expect(address["application_name"] == "bursar")
        #expect(address["tcp_user_timeout"] == "10000")
        #expect(try PostgresAddress(uri: "keepalives_idle=60").forSession(options)["keepalives_idle"] == "60")
    }
}
