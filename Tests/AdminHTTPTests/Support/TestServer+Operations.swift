import AdminAPI
import FoundationEssentials
import Postgres
import Testing

extension TestServer {
    /// Sends a body and reads the answer, whose status must be `status`.
    func send<Answer: Decodable>(
        _ method: String, _ target: String, _ body: String = "{}", status: Int = 200, as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        let response = try await client.send(method, target, body: body)
        #expect(response.status == status, "\(target): \(response.text)")
        return try WireJSON.decode(type, from: Data(response.body))
    }

    /// Expects that a body is refused, and gives the refusal.
    @discardableResult
    func refused(_ status: Int, _ method: String, _ target: String, _ body: String = "{}") async throws -> Problem {
        let problem = try problem(of: try await client.send(method, target, body: body))
        #expect(problem.status == status, "\(target): \(problem)")
        #expect(problem.hint?.isEmpty == false)
        return problem
    }

    func audited(_ action: String) async throws -> Int {
        try await pool.value("select count(*) from bursar.audit_entry where action = \(action)", as: Int.self)
    }
}
