import Glibc

/// Memory that ends where an input ends: whoever reads beyond is killed by the processor.
package struct GuardedBytes {
    private static let pageSize = 4_096
    private let start: UnsafeMutableRawPointer
    private let capacity: Int

    /// - Parameter capacity: the longest input, in bytes.
    package init(capacity: Int) throws(BrokenProperty) {
        let whole = (capacity + Self.pageSize - 1) / Self.pageSize * Self.pageSize
        let memory = mmap(nil, whole + Self.pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED, mprotect(memory + whole, Self.pageSize, PROT_NONE) == 0 else {
            throw BrokenProperty("there is no memory for the inputs")
        }
        start = memory
        self.capacity = whole
    }

    /// A copy of the input that lies against the end. Valid until the next one.
    package func hold(_ input: [UInt8]) -> UnsafeRawBufferPointer {
        precondition(input.count <= capacity, "an input is no longer than it was said to be")
        let place = start + (capacity - input.count)
        input.withUnsafeBytes { if let base = $0.baseAddress { place.copyMemory(from: base, byteCount: input.count) } }
        return UnsafeRawBufferPointer(start: place, count: input.count)
    }

    /// Gives the memory back.
    package func free() {
        munmap(start, capacity + Self.pageSize)
    }
}
