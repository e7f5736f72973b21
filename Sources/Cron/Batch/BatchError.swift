/// Why a line of the batch door has no answer.
struct BatchError: Error {
    /// A field of the expression, or the key at fault. Nil when it is the expression or the line as a whole.
    var field: String?
    /// A column of the expression, or of a line that is no JSON.
    var position: Int?
    let message: String
    let hint: String

    init(field: String? = nil, position: Int? = nil, message: String, hint: String) {
        self.field = field
        self.position = position
        self.message = message
        self.hint = hint
    }

    init(_ error: CronError) {
        self.init(
            field: error.field?.rawValue, position: error.position, message: error.message, hint: error.hint)
    }

    init(_ error: ZoneError) {
        self.init(field: "tz", message: error.message, hint: error.hint)
    }

    /// Appends `{"error":{…}}`.
    func write(into output: inout [UInt8]) {
        output.append(contentsOf: #"{"error":{"field":"#.utf8)
        if let field { output.append(json: field) } else { output.append(contentsOf: "null".utf8) }
        output.append(contentsOf: #","position":"#.utf8)
        output.append(contentsOf: (position.map(String.init) ?? "null").utf8)
        output.append(contentsOf: #","message":"#.utf8)
        output.append(json: message)
        output.append(contentsOf: #","hint":"#.utf8)
        output.append(json: hint)
        output.append(contentsOf: "}}".utf8)
    }
}
