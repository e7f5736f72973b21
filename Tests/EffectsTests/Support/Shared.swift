import Synchronization

/// A value that a test and a closure share.
final class Shared<Value: Sendable>: Sendable {
    private let held: Mutex<Value>

    init(_ value: Value) {
        held = Mutex(value)
    }

    var value: Value {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }

    func change<T>(_ change: (inout Value) -> T) -> T {
        held.withLock { value in change(&value) }
    }
}
