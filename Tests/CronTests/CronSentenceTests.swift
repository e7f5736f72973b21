import Cron
import Testing

@Suite struct CronSentenceTests {
    @Test(arguments: [
        ("0 6 * * 1", "At 06:00 on Monday."), ("0,30 2 * * *", "At 02:00 and 02:30 every day."),
        ("* * * * *", "Every minute."), ("*/5 * * * *", "Every 5 minutes."),
        ("*/5 9-20 * * *", "Every 5 minutes from 09:00 to 20:55."),
        ("*/15 2 * * *", "Every 15 minutes from 02:00 to 02:45."),
        ("*/20 1,5 * * *", "Every 20 minutes of the hours 1 and 5."), ("@hourly", "Every hour on the hour."),
        ("30 * * * 1-5", "Every hour at minute 30 on Monday to Friday."), ("0 */2 * * *", "Every 2 hours from 00:00."),
        ("0 9-20 * * *", "Every hour from 09:00 to 20:00."), ("@daily", "At 00:00 every day."),
        ("*/7 2 * * *", "At minutes 0, 7, … 56 of hour 2 every day."),
        ("7-9 * * * *", "At minutes 7 to 9 of every hour every day."),
        ("0 0 29 2 *", "At 00:00 on day 29 of February."), ("0 0 1,15 * *", "At 00:00 on days 1 and 15 of the month."),
        ("0 0 1-7 * *", "At 00:00 on days 1 to 7 of the month."),
        ("0 0 L * *", "At 00:00 on the last day of the month."),
        ("0 0 15W,LW * *", "At 00:00 on the workday nearest to day 15 and the last workday of the month."),
        ("0 0 * * 6,0", "At 00:00 on Saturday and Sunday."), ("0 0 * * 5L", "At 00:00 on the last Friday."),
        ("0 0 * 1-3 5#3", "At 00:00 on the third Friday in January to March."), ("0 0 * 12 *", "At 00:00 in December."),
        ("0 0 13 * 5", "At 00:00 on day 13 of the month or on Friday, either is enough."),
        ("0 0 */2 * 1", "At 00:00 on days 1, 3, … 31 of the month, if it is Monday."),
    ])
    func `an expression reads as this sentence`(text: String, sentence: String) throws {
        #expect(try CronExpression(text).sentence(in: nil) == sentence)
    }

    @Test func `the zone is named`() throws {
        #expect(
            try CronExpression("0 6 * * 1").sentence(in: Zone("Asia/Kolkata")) == "At 06:00 on Monday, Asia/Kolkata.")
    }
}
