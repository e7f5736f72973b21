/// U+0000: the one character that the database keeps in no text. It is refused where it comes in.
enum NoNul {
    /// Refuses a text of a request that holds it.
    static func checked(_ text: String, in place: String) throws(RequestRefusal) {
        guard !text.utf8.contains(0) else {
            throw .invalid(
                place.filter { $0 != "\0" }, "the character U+0000 is in it", hint: "leave it out: no text may have it")
        }
    }
}
