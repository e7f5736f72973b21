import Crypto

/// The SHA-256 of what is sent or received, by which other bytes under the same key are told.
enum ContentDigest {
    static func bytes(of content: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: content))
    }
}
