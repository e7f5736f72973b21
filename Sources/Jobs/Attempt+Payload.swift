import FoundationEssentials

extension Attempt {
    /// The payload as `T`. What cannot be read parks the job, whatever its kind: no further attempt could read it.
    package func payload<T: Decodable>(as type: T.Type = T.self) throws(PayloadUnreadable) -> T {
        try PayloadUnreadable.decode(claim.payload, of: claim.kind)
    }
}

extension BatchedJob {
    /// The payload as `T`. What cannot be read parks the job, as that of any kind.
    package func payload<T: Decodable>(as type: T.Type = T.self) throws(PayloadUnreadable) -> T {
        try PayloadUnreadable.decode(payload, of: nil)
    }
}

/// A job's payload is not what its kind can read.
package struct PayloadUnreadable: ClassifiedFailure, CustomStringConvertible {
    /// Nil where the job itself does not say it.
    let kind: JobKind?
    let reason: String

    /// A person can correct the row and try again; the kind's code cannot.
    package var failureClass: FailureClass { .refused }

    fileprivate static func decode<T: Decodable>(_ text: String, of kind: JobKind?) throws(PayloadUnreadable) -> T {
        do {
            return try JSONDecoder().decode(T.self, from: Data(text.utf8))
        } catch {
            throw PayloadUnreadable(kind: kind, error: error)
        }
    }

    init(kind: JobKind?, error: any Error) {
        self.kind = kind
        reason = (error as? DecodingError).map(Self.words) ?? "\(error)"
    }

    package var description: String { "the payload is none that \(kind?.name ?? "its kind") can read: \(reason)" }

    private static func words(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(let type, let context): "\(place(context.codingPath)) is no \(type)"
        case .valueNotFound(_, let context): "\(place(context.codingPath)) is null"
        case .dataCorrupted(let context): "\(place(context.codingPath)): \(context.debugDescription)"
        @unknown default: "\(error)"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "the whole" : "`" + path.map(\.stringValue).joined(separator: ".") + "`"
    }
}
