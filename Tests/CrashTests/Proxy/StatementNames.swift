/// Tells from a client's messages which statement begins and which is executed.
///
/// Statements of a type are prepared under the type's name and a number; what is written in place is called after its
/// first words.
struct StatementNames {
    enum Meaning: Equatable {
        /// The session itself.
        case opens
        /// The first message of a statement's request.
        case begins(String)
        /// The message that has the server do it.
        case executes
        /// A statement that is one message.
        case queries(String)
        case ends
        case other
    }

    private var prepared: [String: String] = [:]
    /// Begun and not yet executed.
    private var begun: String?

    mutating func meaning(of message: WireMessage) -> Meaning {
        switch message.tag {
        case WireMessage.startup: return message.isCancelRequest ? .other : .opens
        case WireMessage.parse:
            let texts = message.texts(2)
            let label = texts[0].isEmpty ? Self.label(ofText: texts[1]) : Self.label(ofName: texts[0])
            prepared[texts[0]] = label
            begun = label
            return .begins(label)
        case WireMessage.bind:
            guard let label = prepared[message.texts(2)[1]], label != begun else { return .other }
            begun = label
            return .begins(label)
        case WireMessage.execute:
            begun = nil
            return .executes
        case WireMessage.query: return .queries(Self.label(ofText: message.texts(1)[0]))
        case WireMessage.sync: return .ends
        default: return .other
        }
    }

    /// `FinishJob_12` is a connection's own name for `FinishJob`.
    private static func label(ofName name: String) -> String {
        guard let end = name.lastIndex(of: "_") else { return name }
        return String(name[..<end])
    }

    /// `BEGIN ISOLATION LEVEL…` is `BEGIN`; `select pg_try_advisory_lock(7)` is `select pg_try_advisory_lock`.
    private static func label(ofText text: String) -> String {
        let words = text.split { $0.isWhitespace || $0 == "(" || $0 == ";" }
        guard let first = words.first.map(String.init) else { return "nothing" }
        guard first.lowercased() == "select", words.count > 1 else { return first }
        return "\(first) \(words[1])"
    }
}
