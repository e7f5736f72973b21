/// Asks systemd.
enum UnitSurvey {
    private static let properties = [
        "LoadState", "ActiveState", "SubState", "UnitFileState", "NeedDaemonReload", "Result", "ExecMainStatus",
        "NRestarts", "WatchdogUSec", "Type", "MainPID", "StatusText", "TimeoutStopUSec", "LoadCredential",
        "FragmentPath",
    ]
    private static let limit = Duration.milliseconds(1_500)

    /// The unit and its socket.
    @concurrent static func unit() async -> Sight<UnitFacts> {
        guard FileSurvey.file("/run/systemd/system").value?.exists == true else {
            return .hidden("systemd does not run this machine")
        }
        let names = ["\(ServiceUnit.name).service", "\(ServiceUnit.name).socket"]
        let arguments = ["show", "--property=\(properties.joined(separator: ","))"] + names
        guard let output = ProgramOutput.text(of: "systemctl", arguments, within: limit) else {
            return .hidden("systemctl did not answer")
        }
        let blocks = self.blocks(of: output)
        guard let unit = blocks.first else { return .hidden("systemctl said nothing") }
        return .seen(UnitFacts(properties: unit, socketProperties: blocks.count > 1 ? blocks[1] : [:]))
    }

    /// As timedatectl knows.
    @concurrent static func isClockSynchronised() async -> Sight<Bool> {
        let arguments = ["show", "--property=NTPSynchronized"]
        guard let output = ProgramOutput.text(of: "timedatectl", arguments, within: limit) else {
            return .hidden("timedatectl did not answer")
        }
        guard let word = blocks(of: output).first?["NTPSynchronized"] else {
            return .hidden("timedatectl said nothing")
        }
        return .seen(word == "yes")
    }

    /// `KEY=value` lines, one block a unit.
    static func blocks(of output: String) -> [[String: String]] {
        var blocks: [[String: String]] = [[:]]
        for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                if blocks.last?.isEmpty == false { blocks.append([:]) }
                continue
            }
            guard let equals = line.firstIndex(of: "=") else { continue }
            let key = String(line[..<equals])
            let value = String(line[line.index(after: equals)...])
            // What may be said several times has a line each.
            blocks[blocks.count - 1].merge([key: value]) { $0 + "\n" + $1 }
        }
        return blocks.filter { !$0.isEmpty }
    }
}
