/// Why a request was refused (RFC 9457), with where the fault lies and how to put it right.
package struct Problem: Sendable, Hashable, Codable {
    /// A stable name such as `urn:bursar:problem:unknown-field`.
    package var type: String
    /// What kind of problem it is, in a few words.
    package var title: String
    package var status: Int
    /// What is wrong with this very request.
    package var detail: String
    /// The part of the request at fault, such as `query parameter limit`.
    @Nullable package var place: String?
    /// How to put it right.
    @Nullable package var hint: String?

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail
        case place = "where"
        case hint
    }

    package init(type: String, title: String, status: Int, detail: String, place: String? = nil, hint: String? = nil) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.place = place
        self.hint = hint
    }
}
