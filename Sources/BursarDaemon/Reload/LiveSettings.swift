import Synchronization

/// The settings that hold now. A reload puts others in their place; whoever asks gets one whole set.
final class LiveSettings: Sendable {
    private let held: Mutex<WiredSettings>

    init(_ settings: WiredSettings) {
        held = Mutex(settings)
    }

    var value: WiredSettings { held.withLock { $0 } }

    func set(_ settings: WiredSettings) {
        held.withLock { $0 = settings }
    }
}
