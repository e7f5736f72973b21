import ArgumentParser

/// What a shell offers for a word. Names are asked of the daemon when TAB is pressed.
extension CompletionKind {
    static let scheduleNames = CompletionKind.shellCommand("bursarctl complete schedules 2>/dev/null")
    static let jobKinds = CompletionKind.shellCommand("bursarctl complete kinds 2>/dev/null")
    static let configurationFiles = CompletionKind.file(extensions: ["yaml"])
    static let jobStates = CompletionKind.list(["waiting", "running", "parked", "done", "failed", "cancelled"])
    static let runStates = CompletionKind.list([
        "waiting", "running", "success", "warning", "failed", "parked", "cancelled",
    ])
}
