import Testing

@testable import Audit

@Suite struct ActorTests {
    private func name(_ user: UInt32) -> String? { [0: "root", 1_000: "alice", 998: "bursar"][user] }

    private func actor(_ user: UInt32, login: UInt32? = nil, _ environment: [String: String] = [:]) -> Actor {
        Actor.of(user: user, login: login, environment: environment, name: name)
    }

    @Test func `root by sudo is whoever called sudo`() {
        #expect(
            actor(0, login: 1_000, ["SUDO_USER": "bob", "SUDO_UID": "1001"]) == Actor(name: "bob", uid: 1_001))
        #expect(actor(0, ["SUDO_USER": "bob"]) == Actor(name: "bob", uid: nil))
    }

    @Test func `nobody but root can name another`() {
        #expect(actor(998, ["SUDO_USER": "bob", "SUDO_UID": "1001"]) == Actor(name: "bursar", uid: 998))
    }

    @Test func `whoever logged in is it, whatever the process became`() {
        #expect(actor(0, login: 1_000) == Actor(name: "alice", uid: 1_000))
        #expect(actor(998, login: 1_000, ["SUDO_USER": ""]) == Actor(name: "alice", uid: 1_000))
    }

    @Test func `a service is its account, named or not`() {
        #expect(actor(0) == Actor(name: "root", uid: 0))
        #expect(actor(4_242) == Actor(name: "uid 4242", uid: 4_242))
        #expect(!Actor.ofThisProcess(environment: [:]).name.isEmpty)
    }
}
