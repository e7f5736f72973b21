import Cron
import Testing

@Suite struct CronRefusalTests {
    /// A text, the field at fault, the column, and what message and hint must say.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let text: String
        let field: CronField?
        let position: Int
        let message: String
        let hint: String

        init(_ text: String, _ field: CronField?, _ position: Int, _ message: String, _ hint: String) {
            (self.text, self.field, self.position, self.message, self.hint) = (text, field, position, message, hint)
        }

        var testDescription: String { text.debugDescription }
    }

    private func check(_ refusal: Refusal) {
        let error = #expect(throws: CronError.self) { try CronExpression(refusal.text) }
        guard let error else { return }
        #expect(error.field == refusal.field)
        #expect(error.position == refusal.position)
        #expect(error.message.contains(refusal.message), "\(error.message)")
        #expect(error.hint.contains(refusal.hint), "\(error.hint)")
        #expect("\(error)".contains("column \(refusal.position): "))
    }

    @Test(arguments: [
        Refusal("", nil, 1, "empty", "five fields"),
        Refusal(" \t ", nil, 1, "empty", "five fields"),
        Refusal("*", nil, 2, "1 field where five", "with * for any"),
        Refusal("0 9 * *", nil, 8, "no day of week", "minute, hour, day of month, month, day of week"),
        Refusal("0 0 9 * * 1", nil, 11, "seconds are not supported", "leave out the seconds: 0 9 * * 1"),
        Refusal("0 0 12 ? * MON", nil, 12, "seconds are not supported", "leave out the seconds: 0 12 * * MON"),
        Refusal("0 0 12 * * ? 2030", nil, 12, "neither seconds nor years", "0 12 * * *"),
        Refusal("1 2 3 4 5 6 7 8", nil, 11, "8 fields", ""),
        Refusal("a b c d e f", nil, 11, "six fields", "and nothing else"),
        Refusal("TZ=Europe/Berlin 0 0 * * *", nil, 1, "zone", "beside them"),
        Refusal("CRON_TZ=UTC 0 0 * * *", nil, 1, "zone", "beside them"),
        Refusal("0 0 * * * Asia/Kolkata", nil, 11, "zone", "beside them"),
        Refusal("0 0 * * * UTC", nil, 11, "zone", "beside them"),
        Refusal("0 0 * * America/Argentina/Buenos_Aires", nil, 9, "zone", "beside them"),
        Refusal(String(repeating: "1,", count: 300), nil, 513, "512", "ranges and steps"),
    ])
    func `the expression as a whole`(refusal: Refusal) {
        check(refusal)
    }

    @Test(arguments: [
        Refusal("@reboot", nil, 1, "@reboot", "0 3 * * *"),
        Refusal(" @REBOOT", nil, 2, "@reboot", "five fields"),
        Refusal("@every 15m", nil, 1, "@every", "*/15 * * * *"),
        Refusal("@every 2h", nil, 1, "@every", "0 */2 * * *"),
        Refusal("@every 1h30m", nil, 1, "@every", "a step"),
        Refusal("@every", nil, 1, "@every", "a step"),
        Refusal("@quarterly", nil, 1, "@quarterly", "*/3"),
        Refusal("@weekdays", nil, 1, "@weekdays", "MON-FRI"),
        Refusal("@noon", nil, 1, "@noon", "@daily"),
        Refusal("@", nil, 1, "alias", "@daily"),
        Refusal("@daily 5", nil, 8, "text after @daily", "alone"),
    ])
    func `an alias that is none`(refusal: Refusal) {
        check(refusal)
    }

    @Test(arguments: [
        Refusal("０ 0 * * *", .minute, 1, "ASCII digit", "write 0"),
        Refusal("0 ٣ * * *", .hour, 3, "ASCII digit", "write 3"),
        Refusal("0 0 1–5 * *", .dayOfMonth, 6, "hyphen", "write -"),
        Refusal("0 0 * * ＭON", .dayOfWeek, 9, "no meaning", "ASCII"),
        Refusal("0 0 * * MÄR", .dayOfWeek, 10, "no meaning", "ASCII"),
        Refusal("0\u{A0}0 * * *", .minute, 2, "invisible", "spaces or tabs"),
        Refusal("0 0 * * *\u{200B}", .dayOfWeek, 10, "invisible", "spaces or tabs"),
        Refusal("0 0 * * *\n", .dayOfWeek, 10, "control character, U+000A", "one line"),
        Refusal("0 0 *\r* *", .dayOfMonth, 6, "control character, U+000D", "one line"),
        Refusal("\u{0} 0 * * *", .minute, 1, "control character, U+0000", "one line"),
        Refusal("0 0 * * \u{7F}", .dayOfWeek, 9, "control character, U+007F", "one line"),
    ])
    func `a character from elsewhere`(refusal: Refusal) {
        check(refusal)
    }

    @Test(arguments: [
        Refusal("0 0 ? * 1", .dayOfMonth, 5, "?", "write *"),
        Refusal("H * * * *", .minute, 1, "Jenkins", "number yourself"),
        Refusal("0 h/2 * * *", .hour, 3, "Jenkins", "number yourself"),
        Refusal("H(0-29) * * * *", .minute, 1, "Jenkins", "number yourself"),
        Refusal("0~30 * * * *", .minute, 2, "random", "number yourself"),
        Refusal("~ * * * *", .minute, 1, "random", "number yourself"),
        Refusal("0 0 $ * *", .dayOfMonth, 5, "$", "L for the last day"),
        Refusal("1.5 * * * *", .minute, 2, "whole", "digits only"),
        Refusal("*5 * * * *", .minute, 2, "5 does not belong", "*/5"),
        Refusal("** * * * *", .minute, 2, "* does not belong", "numbers"),
        Refusal("0 0 5* * *", .dayOfMonth, 6, "* does not belong", "L W"),
        Refusal("0 @daily * * *", .hour, 3, "alias", "alone"),
        Refusal("0 0 * * 1;2", .dayOfWeek, 10, "; does not belong", "L #"),
        Refusal("0 3#2 * * *", .hour, 4, "days of the week", "fifth field"),
    ])
    func `a character of another cron`(refusal: Refusal) {
        check(refusal)
    }

    @Test(arguments: [
        Refusal("60 * * * *", .minute, 1, "0 to 59", "write 0"),
        Refusal("0-75 * * * *", .minute, 3, "75", "0 to 59"),
        Refusal("0 24 * * *", .hour, 3, "0 to 23", "midnight"),
        Refusal("0 0 0 * *", .dayOfMonth, 5, "1 to 31", "L for the last"),
        Refusal("0 0 32W * *", .dayOfMonth, 5, "1 to 31", "1 to 31"),
        Refusal("0 0 1,32 * *", .dayOfMonth, 7, "32", "1 to 31"),
        Refusal("0 0 * 0 *", .month, 7, "1 to 12", "1 to 12"),
        Refusal("0 0 * 13 *", .month, 7, "1 to 12", "1 to 12"),
        Refusal("0 0 * * 8", .dayOfWeek, 9, "0 to 7", "0 to 7"),
        Refusal("0 0 * * 5#6", .dayOfWeek, 11, "1 to 5", "5#3"),
        Refusal("0 0 * * 5#0", .dayOfWeek, 11, "1 to 5", "5#3"),
        Refusal("0 0 * * 5#", .dayOfWeek, 11, "1 to 5", "5#3"),
        Refusal("99999999999999999999999999999 * * * *", .minute, 1, "999999999…", "0 to 59"),
        Refusal("*/0 * * * *", .minute, 3, "step of 0", "1 or more"),
        Refusal("0 0 1-5/000 * *", .dayOfMonth, 9, "step of 0", "1 or more"),
        Refusal("*/ * * * *", .minute, 3, "no number after /", "*/5"),
        Refusal("*/-5 * * * *", .minute, 3, "no number after /", "*/5"),
        Refusal("/5 * * * *", .minute, 1, "without a start", "*/"),
        Refusal("-5 * * * *", .minute, 1, "negative", "1-5"),
        Refusal("5- * * * *", .minute, 3, "5- ends too early", "end of the range"),
        Refusal("5-,7 * * * *", .minute, 3, "5- ends too early", "end of the range"),
        Refusal("1-2-3 * * * *", .minute, 4, "- does not belong", ""),
        Refusal("1/2/3 * * * *", .minute, 4, "/ does not belong", ""),
    ])
    func `a number out of place`(refusal: Refusal) {
        check(refusal)
    }

    @Test(arguments: [
        Refusal("5-1 * * * *", .minute, 1, "backwards", "5-59,0-1"),
        Refusal("0 22-2 * * *", .hour, 3, "backwards", "22-23,0-2"),
        Refusal("0 0 * NOV-FEB *", .month, 7, "backwards", "11-12,1-2"),
        Refusal("0 0 * * 5-0", .dayOfWeek, 9, "backwards", "write 5-7"),
        Refusal("0 0 * * FRI-0", .dayOfWeek, 9, "backwards", "write 5-7"),
        Refusal("0 0 * * FRI-MON", .dayOfWeek, 9, "backwards", "5-7,1"),
        Refusal("0 0 * * 7-2", .dayOfWeek, 9, "backwards", "0-2"),
    ])
    func `a range that runs backwards`(refusal: Refusal) {
        check(refusal)
    }

    @Test(arguments: [
        Refusal(",1 * * * *", .minute, 1, "before the first comma", "leave out the comma"),
        Refusal("1, * * * *", .minute, 2, "after the last comma", "leave out the comma"),
        Refusal("1,,2 * * * *", .minute, 2, "between two commas", "leave out the comma"),
        Refusal("0 , * * *", .hour, 3, "before the first comma", "leave out the comma"),
        Refusal("0 0 * * MON,TUE,", .dayOfWeek, 16, "after the last comma", "leave out the comma"),
    ])
    func `an item that is empty`(refusal: Refusal) {
        check(refusal)
    }

    @Test(arguments: [
        Refusal("0 0 * * MONDAY", .dayOfWeek, 9, "three letters", "write MON"),
        Refusal("0 0 * sept *", .month, 7, "three letters", "write SEP"),
        Refusal("0 0 * FOO *", .month, 7, "FOO is no name of a month", "JAN FEB"),
        Refusal("0 0 * * MO", .dayOfWeek, 9, "MO is no name of a day", "SUN MON"),
        Refusal("0 0 * MON *", .month, 7, "belongs to the day of week", "fifth field"),
        Refusal("0 0 * * JAN", .dayOfWeek, 9, "belongs to the month", "fourth field"),
        Refusal("0 0 FRI * *", .dayOfMonth, 5, "belongs to the day of week", "fifth field"),
        Refusal("noon * * * *", .minute, 1, "takes numbers", "0 to 59"),
        Refusal("0 0 L-3 * *", .dayOfMonth, 5, "cannot be counted", "LW"),
        Refusal("0 0 W * *", .dayOfMonth, 5, "W needs a day", "15W"),
        Refusal("0 0 1-15W * *", .dayOfMonth, 9, "single day", "15W"),
        Refusal("0 0 15W-20 * *", .dayOfMonth, 8, "no range and no step", "between commas"),
        Refusal("0 0 L/2 * *", .dayOfMonth, 6, "no range and no step", "between commas"),
        Refusal("0 0 LWX * *", .dayOfMonth, 7, "X does not belong", "L W"),
        Refusal("0 0 * * L", .dayOfWeek, 9, "L alone", "5L"),
        Refusal("0 0 * * 1-5L", .dayOfWeek, 12, "single day", "5L"),
        Refusal("0 0 * * 1-5#2", .dayOfWeek, 12, "single days", "5#3"),
        Refusal("0 0 * * 5L/2", .dayOfWeek, 11, "no range and no step", "between commas"),
        Refusal("0 0 * * 5#3-5", .dayOfWeek, 12, "no range and no step", "between commas"),
    ])
    func `a word that means nothing there`(refusal: Refusal) {
        check(refusal)
    }

    @Test(arguments: [
        Refusal("0 0 30 2 *", .dayOfMonth, 5, "Feb, of 29 days", "up to 29"),
        Refusal("0 0 30-31 feb *", .dayOfMonth, 5, "Feb", "L for the last"),
        Refusal("0 0 31 4,6,9,11 *", .dayOfMonth, 5, "Apr, Jun, Sep, Nov", "up to 30"),
        Refusal("0 0 30W 2 *", .dayOfMonth, 5, "Feb", "up to 29"),
        Refusal("0 0 30 2 1", .dayOfMonth, 5, "Feb", "up to 29"),
        Refusal("0 0 */31 * 5#3", .dayOfWeek, 12, "no day is both */31 and 5#3", "write *"),
        Refusal("0 0 */40 * 1#2,3L", .dayOfWeek, 12, "no day is both", "write *"),
    ])
    func `a date that never comes`(refusal: Refusal) {
        check(refusal)
    }

    @Test func `no text whatever brings the parser down, and every refusal says something`() {
        var random = SeededRandom(seed: 11)
        let alphabet = Array("0123456789*,-/LW#?H~@ \tMONJAN\u{0}\u{A0}５é=.")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
            do {
                let expression = try CronExpression(text)
                #expect(!expression.sentence(in: nil).isEmpty)
            } catch {
                #expect((1...text.utf8.count + 1).contains(error.position), "\(text.debugDescription)")
                #expect(!error.message.isEmpty && !error.hint.isEmpty)
            }
        }
    }
}
