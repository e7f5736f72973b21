/// What is in a cluster's directory, as far as a start needs to know.
struct ClusterSurvey: Sendable, Hashable {
    enum Data: Sendable, Hashable {
        case missing
        /// Something that PostgreSQL did not make.
        case foreign
        case cluster(major: Int)
    }

    enum Server: Sendable, Hashable {
        /// No file names one, or its process is gone: PostgreSQL removes such a file itself.
        case none
        /// A process has the number in the file and cannot be the server; PostgreSQL would take it for one.
        case impostor(processID: Int32)
        case alive(processID: Int32, phase: PostmasterFile.Phase?)
        /// A server in single-user mode, which a person started.
        case singleUser(processID: Int32)

        var isLiving: Bool {
            switch self {
            case .alive, .singleUser: true
            case .none, .impostor: false
            }
        }
    }

    var data: Data
    var server: Server

    init(data: Data, server: Server) {
        self.data = data
        self.server = server
    }

    /// Looks at the directory as it is now.
    init(of directory: ClusterDirectory) {
        if !SmallFile.exists(directory.data) {
            data = .missing
        } else if let text = SmallFile.read(directory.versionFile), let major = Int(text.filter { !$0.isWhitespace }) {
            data = .cluster(major: major)
        } else {
            data = .foreign
        }
        let servers = [directory.processFile, directory.socketLock].map { Self.server(named: $0, data: directory.data) }
        server = servers.first { $0.isLiving } ?? servers.first { $0 != .none } ?? .none
    }

    /// Who wrote one of the two files in which a server leaves its process number.
    private static func server(named path: String, data: String) -> Server {
        guard let file = SmallFile.read(path).flatMap(PostmasterFile.init) else { return .none }
        let processID = Int32(file.processID.magnitude)
        return switch ProcessProbe.examine(processID, data: data) {
        case .gone: .none
        case .impostor: .impostor(processID: processID)
        case .server where file.processID < 0: .singleUser(processID: processID)
        case .server: .alive(processID: processID, phase: file.phase)
        }
    }

    /// The server that would have to be stopped.
    var runningProcess: Int32? {
        if case .alive(let processID, _) = server { processID } else { nil }
    }

    var status: ClusterStatus {
        guard case .cluster(let major) = data else { return .absent }
        return switch server {
        case .none, .impostor: .stopped(major: major)
        case .alive(let processID, .ready): .running(major: major, processID: processID)
        case .alive(let processID, _), .singleUser(let processID): .unready(major: major, processID: processID)
        }
    }
}
