import Glibc

/// A file in memory that outlives the process: how many inputs were read, which one last, and what was found.
package struct FuzzLog {
    private static let inputMax = 16_384
    private static let complaintMax = 4_096
    private static let size = 64 + inputMax + complaintMax

    private let memory: UnsafeMutableRawPointer

    /// Makes the file, or opens the one that is there.
    package init(_ path: String) throws(BrokenProperty) {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, ftruncate(file, Self.size) == 0 else {
            throw BrokenProperty("the log \(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        let memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard let memory, memory != MAP_FAILED else { throw BrokenProperty("the log \(path) cannot be mapped") }
        self.memory = memory
    }

    /// Gives the memory back; the file stays.
    package func unmap() {
        munmap(memory, Self.size)
    }

    /// How many inputs were begun.
    package var inputs: Int { number(0) }
    /// How many of them were slow.
    package var slow: Int { number(1) }
    /// The input that was read last.
    package var input: [UInt8] { bytes(at: 64, count: min(number(2), Self.inputMax)) }
    /// What was found last; empty when nothing was.
    package var complaint: String {
        String(decoding: bytes(at: 64 + Self.inputMax, count: min(number(3), Self.complaintMax)), as: UTF8.self)
    }

    /// An input as a person can read and repeat it.
    package static func text(of input: [UInt8]) -> String {
        input.reduce(into: "") { text, byte in
            if (0x20..<0x7F).contains(byte), byte != UInt8(ascii: "\\") {
                text.append(Character(Unicode.Scalar(byte)))
            } else {
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.count < 2 ? "0" : "") + digits
            }
        }
    }

    /// The run came to its end: nothing killed it, and no property broke.
    package var isFinished: Bool { number(4) == 1 }

    func finish() {
        set(4, 1)
    }

    func begin(_ input: [UInt8]) {
        set(0, inputs + 1)
        set(2, write(input, at: 64, atMost: Self.inputMax))
    }

    func addSlow() {
        set(1, slow + 1)
    }

    func complain(_ text: String) {
        set(3, write(Array(text.utf8), at: 64 + Self.inputMax, atMost: Self.complaintMax))
    }

    private func number(_ index: Int) -> Int { memory.load(fromByteOffset: 8 * index, as: Int.self) }

    private func set(_ index: Int, _ number: Int) {
        memory.storeBytes(of: number, toByteOffset: 8 * index, as: Int.self)
    }

    private func write(_ bytes: [UInt8], at offset: Int, atMost limit: Int) -> Int {
        let count = min(bytes.count, limit)
        bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { (memory + offset).copyMemory(from: base, byteCount: count) }
        }
        return count
    }

    private func bytes(at offset: Int, count: Int) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: memory + offset, count: count))
    }
}
