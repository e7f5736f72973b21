/// A dictionary that never holds more than a fixed number of values. When full it starts over: what is in use comes
/// back at the cost of one reading each, and nothing has to be kept in order meanwhile.
struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private var values: [Key: Value] = [:]

    init(capacity: Int) {
        precondition(capacity > 0, "a cache holds at least one value")
        self.capacity = capacity
    }

    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            if values.count >= capacity, values[key] == nil { values.removeAll() }
            values[key] = newValue
        }
    }
}
