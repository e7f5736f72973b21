import AdminAPI
import Testing

@testable import OperatorCommands

@Suite struct RefusalStatusTests {
    @Test(arguments: [
        (400, .usage), (422, .usage), (403, .permission), (404, .bad), (409, .bad), (410, .bad), (503, .unavailable),
        (500, .bug),
    ] as [(Int, CommandStatus)])
    func `what the daemon refuses leaves the exit status that its kind has`(
        _ status: Int, _ exit: CommandStatus
    ) throws {
        let problem = Problem(type: "urn:bursar:problem:p", title: "t", status: status, detail: "d", hint: "h")
        let failure = AdminClient.failure(status: status, body: try WireJSON.encode(problem))
        #expect(failure.status == exit && failure.message == "d" && failure.hint == "h" && failure.problem == problem)
    }
}
