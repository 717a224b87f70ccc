import Foundation
import SigV4
import Testing

struct SigningTimeTests {
    @Test(arguments: [
        (0, "19700101T000000Z"), (1_440_938_160, "20150830T123600Z"), (951_782_399, "20000228T235959Z"),
        (951_782_400, "20000229T000000Z"), (951_868_800, "20000301T000000Z"),
        (4_107_542_399, "21000228T235959Z"),
        (4_107_542_400, "21000301T000000Z"), (1_735_689_599, "20241231T235959Z"),
        (253_402_300_799, "99991231T235959Z"),
    ])
    func aSecondHasOneSpelling(_ seconds: Int64, _ text: String) {
        let time = SigningTime(epochSeconds: seconds)
        #expect(time.timestamp == text)
        #expect(time.date == String(text.prefix(8)))
        #expect(SigningTime(parsing: text) == time)
    }

    @Test
    func everyDayOfFiveCenturiesMatchesTheCalendarOfTheSystem() throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyyMMdd"
        for day in stride(from: Int64(0), to: 365 * 500, by: 7) {
            let seconds = day * 86_400
            let expected = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(SigningTime(epochSeconds: seconds).date == expected)
        }
    }

    @Test(arguments: [Int64.min, -1])
    func timesBeforeTheEpochAreTheEpoch(_ seconds: Int64) {
        #expect(SigningTime(epochSeconds: seconds).timestamp == "19700101T000000Z")
    }

    @Test
    func timesBeyondTheCalendarAreItsEnd() {
        #expect(SigningTime(epochSeconds: .max).timestamp == "99991231T235959Z")
        #expect(SigningTime(epochSeconds: 5).advanced(bySeconds: .max).timestamp == "99991231T235959Z")
        #expect(SigningTime(epochSeconds: 5).advanced(bySeconds: .min).timestamp == "19700101T000000Z")
    }

    @Test(arguments: [
        "", "20150830", "2015-08-30T12:36:00Z", "20150830T123600", "20150830t123600Z", "20150830T123600z",
        "20150830T123660Z", "20150830T126000Z", "20150830T243600Z", "20150832T123600Z", "20151330T123600Z",
        "20150030T123600Z", "20150800T123600Z", "20150229T123600Z", "20150431T123600Z", "19691231T235959Z",
        "2015083 T123600Z", "20150830T1236 0Z", "20150830T123600ZZ", "２0150830T123600Z",
    ])
    func anInvalidTimestampIsRefused(_ text: String) {
        #expect(SigningTime(parsing: text) == nil)
    }
}
