import Testing

@testable import EmbeddedPostgres

@Suite struct DecisionTests {
    @Test(arguments: [
        (ClusterSurvey(data: .missing, server: .none), LaunchDecision.initialize),
        (ClusterSurvey(data: .foreign, server: .none), .refuseForeign),
        (ClusterSurvey(data: .cluster(major: 15), server: .none), .launch(major: 15)),
        (ClusterSurvey(data: .cluster(major: 15), server: .impostor(processID: 7)), .discardProcessFiles),
        (ClusterSurvey(data: .cluster(major: 15), server: .singleUser(processID: 7)), .refuseSingleUser(processID: 7)),
        (ClusterSurvey(data: .cluster(major: 15), server: .alive(processID: 7, phase: .ready)), .ask(major: 15)),
        (ClusterSurvey(data: .cluster(major: 15), server: .alive(processID: 7, phase: .starting)), .wait),
        (ClusterSurvey(data: .cluster(major: 15), server: .alive(processID: 7, phase: .stopping)), .wait),
        (ClusterSurvey(data: .cluster(major: 15), server: .alive(processID: 7, phase: nil)), .wait),
    ])
    func `each state of a directory has one next step`(survey: ClusterSurvey, decision: LaunchDecision) {
        #expect(LaunchDecision.decide(survey) == decision)
    }

    @Test func `a server runs as whoever starts it, and never as root`() {
        #expect(AccountDecision.decide(starter: 1_000, owner: nil, isEmpty: true) == .starter)
        #expect(AccountDecision.decide(starter: 1_000, owner: 1_000, isEmpty: false) == .starter)
        #expect(AccountDecision.decide(starter: 1_000, owner: 0, isEmpty: true) == .refuseForeign(owner: 0))
        #expect(AccountDecision.decide(starter: 0, owner: nil, isEmpty: true) == .configured)
        #expect(AccountDecision.decide(starter: 0, owner: 0, isEmpty: true) == .configured)
        #expect(AccountDecision.decide(starter: 0, owner: 0, isEmpty: false) == .refuseOccupied)
        #expect(AccountDecision.decide(starter: 0, owner: 1_000, isEmpty: false) == .owner(1_000))
    }

    @Test func `postmaster.pid is read as far as it was written`() {
        let whole = "42\n/d\n1790000000\n5432\n/s\n\n  1234  5\nready   \n"
        #expect(PostmasterFile(whole)?.processID == 42)
        #expect(PostmasterFile(whole)?.phase == .ready)
        #expect(PostmasterFile("42\n/d\n1790000000\n5432\n/s\n\n  1234  5\nstopping\n")?.phase == .stopping)
        #expect(PostmasterFile("42\n/d\n1790000000\n")?.phase == nil)
        #expect(PostmasterFile("-42\n/d\n")?.processID == -42)
        #expect(PostmasterFile("") == nil)
        #expect(PostmasterFile("0\n") == nil)
    }

    @Test func `a process is told from its status, whatever its name`() {
        #expect(ProcessProbe.fields(ofStatus: "7 (postgres) S 1 7")?.program == "postgres")
        let odd = ProcessProbe.fields(ofStatus: "7 (a) Z (b) R 1 7")
        #expect(odd?.program == "a) Z (b" && odd?.state == "R")
        #expect(ProcessProbe.fields(ofStatus: "") == nil)
    }
}

@Suite struct VersionDecisionTests {
    private func decision(_ majors: Int...) throws -> VersionDecision {
        let installed = majors.map { ($0, ServerBinaries(major: $0, directory: "/usr/lib/postgresql/\($0)/bin")) }
        return VersionDecision(
            directory: try ClusterDirectory("/var/lib/bursar/postgres"),
            installed: Dictionary(uniqueKeysWithValues: installed), account: "postgres", superuser: "bursar")
    }

    @Test func `a new cluster is made by the newest version that is supported`() throws {
        #expect(try decision(15, 17).forNew().major == 17)
        #expect(try decision(13, 15, 99).forNew().major == 15)
        #expect(throws: EmbeddedClusterError.self) { try decision().forNew() }
        let error = #expect(throws: EmbeddedClusterError.self) { try decision(13).forNew() }
        #expect(error?.what == "PostgreSQL 13 is installed, and versions 15 to 18 are supported")
    }

    @Test func `a cluster is run by the version that made it, though a newer one is there`() throws {
        #expect(try decision(15, 17).forExisting(major: 15).major == 15)
    }

    @Test func `what to do about another version depends on what is there`() throws {
        let old = #expect(throws: EmbeddedClusterError.self) { try decision(17).forExisting(major: 15) }
        #expect(old?.hint.hasPrefix("to go on with it: apt-get install postgresql-15; to upgrade it: ") == true)
        #expect(old?.hint.contains("-b /usr/lib/postgresql/15/bin -B /usr/lib/postgresql/17/bin") == true)
        let newer = #expect(throws: EmbeddedClusterError.self) { try decision(15).forExisting(major: 17) }
        #expect(newer?.hint == "to go on with it: apt-get install postgresql-17")
        let unknown = #expect(throws: EmbeddedClusterError.self) { try decision(15).forExisting(major: 99) }
        #expect(unknown?.hint.contains("install a bursard that supports PostgreSQL 99") == true)
    }

    @Test func `versions are read as the programs write them`() {
        #expect(ServerBinaries.major(inVersion: "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n") == 15)
        #expect(ServerBinaries.major(inVersion: "postgres (PostgreSQL) 17beta1\n") == 17)
        #expect(ServerBinaries.major(inVersion: "") == nil)
    }
}
