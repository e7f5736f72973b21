import AdminHTTP
@testable import BursarDaemon
import Testing

@Suite struct ReadinessBoardTests {
    @Test func `ready is when every condition is met, whatever the order`() {
        for conditions in [ReadinessCondition.allCases, ReadinessCondition.allCases.reversed()] {
            let board = ReadinessBoard()
            for condition in conditions {
                #expect(!board.isReady)
                board.meet(condition)
            }
            #expect(board.isReady && board.firstUnmet == nil)
        }
    }

    @Test(arguments: ReadinessCondition.allCases)
    func `one condition that is withheld is enough not to be ready`(withheld: ReadinessCondition) {
        let board = ReadinessBoard()
        for condition in ReadinessCondition.allCases { board.meet(condition) }
        board.withhold(withheld, "it is gone")
        #expect(!board.isReady)
        #expect(board.firstUnmet?.condition == withheld && board.firstUnmet?.reason == "it is gone")
        board.meet(withheld)
        #expect(board.isReady)
    }

    @Test(arguments: ReadinessCondition.allCases)
    func `one condition that nobody looked at is enough not to be ready`(awaited: ReadinessCondition) {
        let board = ReadinessBoard()
        for condition in ReadinessCondition.allCases where condition != awaited { board.meet(condition) }
        #expect(!board.isReady)
        #expect(board.firstUnmet?.condition == awaited && board.firstUnmet?.reason == nil)
    }

    @Test func `the first that does not hold is told, in the order in which they come about`() {
        let board = ReadinessBoard()
        #expect(board.firstUnmet?.condition == .configuration)
        board.withhold(.session, "no lock")
        #expect(board.firstUnmet?.condition == .configuration)
        for condition in [ReadinessCondition.configuration, .credentials, .database, .schema, .selfTests] {
            board.meet(condition)
        }
        #expect(board.firstUnmet?.condition == .session && board.firstUnmet?.reason == "no lock")
    }

    @Test func `the same reason again is no news, another is`() {
        let board = ReadinessBoard()
        #expect(board.withhold(.database, "refused"))
        #expect(!board.withhold(.database, "refused"))
        #expect(board.withhold(.database, "no such host"))
        board.meet(.database)
        #expect(board.withhold(.database, "no such host"))
    }

    @Test func `the checks of an answer are the conditions, without the database that answers for itself`() {
        let board = ReadinessBoard()
        board.meet(.configuration)
        board.withhold(.schema, "behind")
        let checks = board.checks
        #expect(
            checks.map(\.name)
                == ["configuration", "credentials", "schema", "self-tests", "session", "schedules", "socket"])
        #expect(checks.filter(\.passed).map(\.name) == ["configuration"])
        #expect(checks.first { $0.name == "schema" }?.detail == "behind")
        #expect(checks.first { $0.name == "socket" }?.detail == "not looked at yet")
    }
}
