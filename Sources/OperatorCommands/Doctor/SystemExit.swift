/// What the exit status of a daemon means.
enum SystemExit {
    static func meaning(of status: String) -> String? {
        switch status {
        case "64": "it was started with wrong options (64)"
        case "69": "the database could not be reached (69)"
        case "70": "a bug ended it (70)"
        case "74": "a disk was full or broken (74)"
        case "76": "the schema is of another version (76): bursarctl migrate"
        case "77": "it was not permitted something (77)"
        case "78": "the configuration is wrong (78): bursarctl config check"
        default: nil
        }
    }
}
