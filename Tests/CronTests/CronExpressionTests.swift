import Cron
import Primitives
import Testing

@Suite struct CronExpressionTests {
    @Test(arguments: [
        "* * * * *", "0 9 * * 1", "\t0  9\t* * 1 ", "00 09 01 01 00", "0-59/15 * * * *", "5/20 * * * *", "0,30 2 * * *",
        "0 0 1,15 * *", "0 0 * JAN,jun-Aug MON", "0 0 * * mon-fri/2", "0 0 * * FRI-SUN", "0 0 * * 5-SUN", "0 0 * * 0-7",
        "0 0 L * *", "0 0 LW * *", "0 0 15W * *", "0 0 l,lw,1w,31 * *", "0 0 * * 5L", "0 0 * * FRIL", "0 0 * * fri#3",
        "0 0 * * 7#1,1L", "*/90 * * * *", "*/99999999999999999999 * * * *", "0 0 29 2 *", "0 0 29W 2 *",
        "0 0 30,29 2 *",
        "0 0 31 * *", "0 0 * 2 5#5", "@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually",
        "@Daily ",
    ])
    func `what the grammar allows is read and runs within the horizon`(text: String) throws {
        let expression = try CronExpression(text)
        #expect(expression.text == text)
        #expect(expression.next(after: try instant("2026-01-01T00:00:00Z"), in: .utc) != nil)
    }

    @Test(arguments: [
        ("0 2 * * *", true), ("0,30 2-4 * * *", true), ("0-59 0-23 * * *", true), ("0 2 */2 * */3", true),
        ("*/5 2 * * *", false), ("0 */2 * * *", false), ("30 * * * *", false), ("* 2 * * *", false),
        ("*,5 2 * * *", false),
        ("5,* 2 * * *", true), ("@hourly", false), ("@daily", true), ("@weekly", true), ("@yearly", true),
    ])
    func `fixed is an expression whose minute and hour do not begin with a star`(text: String, isFixed: Bool) throws {
        #expect(try CronExpression(text).isFixed == isFixed)
    }

    @Test(arguments: [
        ("0 0 13 * 5", true), ("0 0 1-31 * 1", true), ("0 0 L * 5L", true), ("0 0 1,* * 1", true),
        ("0 0 */2 * 1", false),
        ("0 0 13 * *", false), ("0 0 * * 5", false), ("0 0 1 * */2", false), ("0 0 * * *", false),
        ("0 0 *,1 * 1", false),
    ])
    func `both day fields are restricted unless one begins with a star`(text: String, restrictsBoth: Bool) throws {
        #expect(try CronExpression(text).restrictsBothDays == restrictsBoth)
    }

    @Test(arguments: [
        ("0 0 * * FRI-SUN", "0 0 * * 5-7"), ("0 0 * * FRI-SUN", "0 0 * * 0,5,6"), ("0 0 * * 1/2", "0 0 * * 1,3,5,7"),
        ("0 0 * * */7", "0 0 * * 0"), ("0 0 * * 7", "0 0 * * 0"), ("0 0 * * SUN-TUE", "0 0 * * 0-2"),
        ("0 0 * * MON-SUN/2", "0 0 * * 1,3,5,0"), ("50/5 0 * * *", "50,55 0 * * *"), ("0 20/2 * * *", "0 20,22 * * *"),
        ("0 0 28/2 * *", "0 0 28,30 * *"), ("0 0 1 10/1 *", "0 0 1 OCT-DEC *"), ("@weekly", "0 0 * * SUN"),
        ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"), ("@daily", "0 0 * * *"), ("0 0 * * 1#1", "0 0 * * MON#1"),
    ])
    func `two spellings name the same instants`(text: String, other: String) throws {
        let after = try instant("2026-01-01T00:00:00Z")
        #expect(
            try ticks(CronExpression(text), in: .utc, after: after, count: 200)
                == ticks(CronExpression(other), in: .utc, after: after, count: 200))
    }

    @Test func `expressions are equal when their texts are`() throws {
        #expect(try CronExpression("0 0 * * 0") == CronExpression("0 0 * * 0"))
        #expect(try CronExpression("0 0 * * 0") != CronExpression("0 0 * * 7"))
        #expect(try "\(CronExpression("0 0 * * 0"))" == "0 0 * * 0")
    }
}
