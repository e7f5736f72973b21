/// Why a value is refused, without the name of its key.
struct SettingProblem: Error {
    /// Follows the key's name: `is not a duration`.
    var complaint: String
    var expected: String?
    var got: String?
    var hint: String?
    /// Where in the value, from 1; nil: the value as a whole.
    var position: Int?
    /// Where in the file, when it is not the value's beginning.
    var mark: SourceMark?

    init(
        complaint: String, expected: String? = nil, got: String? = nil, hint: String? = nil, position: Int? = nil,
        mark: SourceMark? = nil
    ) {
        self.complaint = complaint
        self.expected = expected
        self.got = got
        self.hint = hint
        self.position = position
        self.mark = mark
    }

    /// The whole sentence about the key at `path`.
    func message(for path: String) -> String {
        let details = [expected.map { "expected \($0)" }, got.map { "got \($0)" }].compactMap(\.self)
        return "\(path) \(complaint)" + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
    }
}
