import Glibc

/// Runs a small program for what it prints. Blocks its thread, for programs that answer at once.
enum ProgramOutput {
    private static let outputMax = 65_536

    /// What it printed; nil when it is not there, failed, printed too much or took longer than `limit`.
    static func text(of program: String, _ arguments: [String], within limit: Duration) -> String? {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        let child = spawn(program, arguments, ends)
        close(ends[1])
        defer { close(ends[0]) }
        guard let child else { return nil }
        let output = read(ends[0], within: limit)
        if output == nil { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status == 0 ? output.map { String(decoding: $0, as: UTF8.self) } : nil
    }

    /// Starts it with nothing to read, its complaints going nowhere.
    private static func spawn(_ program: String, _ arguments: [String], _ ends: [Int32]) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        return posix_spawnp(&child, program, &actions, nil, &words, environ) == 0 ? child : nil
    }

    /// All that comes until the other end is closed; nil when that takes too long or is too much.
    private static func read(_ descriptor: Int32, within limit: Duration) -> [UInt8]? {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        // Ends: each round reads something, or the time is over.
        while bytes.count <= outputMax {
            let left = deadline - clock.now
            guard left > .zero else { return nil }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, Int32(left / .milliseconds(1)) + 1) > 0 else { continue }
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count > 0 { bytes += buffer[..<count] }
        }
        return nil
    }
}
