/// The bytes of one file and the name that errors call it by.
package struct ConfigurationSource: Sendable, Hashable {
    package let file: String
    package let bytes: [UInt8]
    /// The file's permission bits, where there is a file.
    package let mode: UInt32?

    /// The longest file that is read, in bytes.
    package static let sizeMax = 4 << 20

    package init(file: String, bytes: [UInt8], mode: UInt32? = nil) {
        self.file = file
        self.bytes = bytes
        self.mode = mode
    }

    package init(file: String, text: String) {
        self.init(file: file, bytes: Array(text.utf8))
    }
}
