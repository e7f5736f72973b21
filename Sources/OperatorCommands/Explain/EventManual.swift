import Events
import Primitives

/// The manual page bursar-events(7), in mdoc.
enum EventManual {
    /// The day that the page gives: that of the build where it is made reproducibly, else today.
    static func date(in session: Session) -> CivilDate {
        let made = session.environment["SOURCE_DATE_EPOCH"].flatMap { Int64($0) }.map { Instant(seconds: $0) }
        return CivilDate(daysSinceEpoch: Int(max(0, (made ?? session.time.now()).seconds / 86_400)))
    }

    static func text(of date: CivilDate) -> String {
        """
        .Dd \(month(date.month)) \(date.day), \(date.year)
        .Dt BURSAR-EVENTS 7
        .Os
        .Sh NAME
        .Nm bursar-events
        .Nd what bursard may say in its log, and what to do about it
        .Sh DESCRIPTION
        Every warning or worse that
        .Xr bursard 8
        logs, and some that is only worth knowing, is an event with a code that never changes.
        The code stands in the field
        .Dv BURSAR_EVENT
        of the journal; the level says how bad it is.
        .Pp
        To see all lines of one event, each with the text below:
        .Bd -literal -offset indent
        bursarctl logs \\-\\-event BRS\\-3205 \\-\\-explain
        .Ed
        .Pp
        Capitals in a command stand for what the entry names:
        .Ar JOB , RUN , SCHEDULE , ACTOR .
        .Sh EVENTS

        """ + Event.all.map(entry).joined() + """
            .Sh SEE ALSO
            .Xr bursarctl 1 ,
            .Xr journalctl 1 ,
            .Xr bursard 8

            """
    }

    private static func entry(of event: Event) -> String {
        var text = ".Ss \(event.code) \(event.name) (\(event.levelName))\n\(prose(event.summary)).\n"
        for section in event.sections {
            text += ".Pp\n.Em \(section.title) :\n"
            text += body(section.text)
        }
        return text
    }

    /// Sentences filled, commands as they are typed.
    private static func body(_ section: String) -> String {
        var text = ""
        var sentences: [Substring] = []
        var commands: [Substring] = []
        func end() {
            if !sentences.isEmpty { text += prose(sentences.joined(separator: " ")) + "\n" }
            if !commands.isEmpty {
                let lines = commands.map { literal(EventText.typed($0.drop { $0 == " " })) }
                text += ".Bd -literal -offset indent\n" + lines.joined(separator: "\n") + "\n.Ed\n"
            }
            (sentences, commands) = ([], [])
        }
        for line in section.split(separator: "\n") {
            if line.hasPrefix("  ") {
                commands.append(line)
            } else {
                if !commands.isEmpty {
                    end()
                    text += ".Pp\n"
                }
                sentences.append(line)
            }
        }
        end()
        return text
    }

    /// Words between backticks in bold.
    private static func prose(_ line: String) -> String {
        let parts = escaped(line).split(separator: "`", omittingEmptySubsequences: false)
        return guarded(parts.enumerated().map { $0 % 2 == 1 ? "\\fB\($1)\\fR" : String($1) }.joined())
    }

    /// Characters that can be copied back into a shell.
    private static func literal(_ line: String) -> String {
        let signs: [Character: String] = ["-": "\\-", "'": "\\(aq", "`": "\\(ga", "~": "\\(ti", "^": "\\(ha"]
        return guarded(escaped(line).map { signs[$0] ?? String($0) }.joined())
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\e")
    }

    /// A line that begins with a dot would be a request.
    private static func guarded(_ line: String) -> String {
        line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }

    private static func month(_ number: Int) -> String {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        return names[number - 1]
    }
}
