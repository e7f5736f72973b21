/// `text` in quotes for a message: cut to a readable length, what cannot be seen written as its code, and nothing shown
/// that looks like an address with a password.
func quoted(_ text: String) -> String {
    if DatabaseURL.holdsPassword(text) { return "text that is not shown, because it may hold a password" }
    var shown = ""
    for scalar in text.unicodeScalars.prefix(60) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
            shown += scalar.escaped
        case .spaceSeparator where scalar != " ":
            shown += scalar.escaped
        default:
            shown.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.count > 60 ? "\"\(shown)…\"" : "\"\(shown)\""
}

extension Unicode.Scalar {
    fileprivate var escaped: String {
        switch self {
        case "\t": "\\t"
        case "\n": "\\n"
        default: "\\u{" + String(value, radix: 16, uppercase: true) + "}"
        }
    }
}
