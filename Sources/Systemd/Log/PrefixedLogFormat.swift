/// Lines for whoever reads a service's standard error: `<4>the message key=value`, as systemd and syslog take them.
struct PrefixedLogFormat: LogFormat {
    func text(of record: LogRecord) -> String {
        var lines = TextFields.lines(of: record)
        lines[lines.count - 1] += TextFields.pairs(of: record)
        return lines.reduce(into: "") { text, line in
            text += "<\(record.level.priority)>\(line)\n"
        }
    }
}
