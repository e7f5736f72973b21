import Glibc
import Synchronization

/// Whether the person at the terminal wants it to end.
enum Interrupt {
    private static let isAsked = Atomic<Bool>(false)

    /// Makes Ctrl-C a wish that `isWanted` tells, instead of the process's death.
    static func listen() {
        signal(SIGINT) { _ in Interrupt.isAsked.store(true, ordering: .relaxed) }
    }

    /// Ctrl-C was pressed since `listen()`.
    static var isWanted: Bool { isAsked.load(ordering: .relaxed) }
}
