/// The stages, each of which asks for what those before it have.
enum DoctorStage: Int, Sendable, CaseIterable {
    case process = 1
    case configuration, socket, database, work

    var title: String {
        switch self {
        case .process: "process and unit"
        case .configuration: "configuration and credentials"
        case .socket: "socket and loops"
        case .database: "database, schema and clock"
        case .work: "work"
        }
    }

    var checks: [DoctorCheck] {
        switch self {
        case .process: ProcessStage.checks
        case .configuration: ConfigurationStage.checks
        case .socket: SocketStage.checks
        case .database: DatabaseStage.checks
        case .work: WorkStage.checks
        }
    }
}
