extension LayerDecoder {
    /// Limits by kind.
    mutating func decodeLimits(_ node: YAMLNode) {
        guard let entries = mapping(node, path: Settings.limits) else { return }
        var seen: [String: SourceMark] = [:]
        for entry in entries where isFirst(entry, in: Settings.limits, seen: &seen) {
            guard ScheduleSettings.isName(entry.key) else {
                refuse(
                    "a bad name of a job kind (expected \(LimitSettings.nameExpectation), got \(quoted(entry.key)))",
                    at: entry.keyMark)
                continue
            }
            decodeLimit(entry.key, named: entry.keyMark, entry.value)
        }
    }

    private mutating func decodeLimit(_ kind: String, named mark: SourceMark, _ node: YAMLNode) {
        let section = Settings.limits + "." + kind
        var limit = Layer.Limit(origin: origin(mark))
        let settings = LimitSettings.all(of: kind)
        var seen: [String: SourceMark] = [:]
        for entry in mapping(node, path: section) ?? [] where isFirst(entry, in: section, seen: &seen) {
            guard let setting = settings.first(where: { $0.path == entry.key }) else {
                refuseUnknown(entry, section: section, keys: settings.map(\.path))
                continue
            }
            guard let assign = assignment(entry.value, by: setting, path: section + "." + entry.key) else { continue }
            limit.entries[entry.key] = Layer.Entry(origin: origin(entry.value.mark), assign: assign)
        }
        layer.limits[kind] = limit
    }
}
