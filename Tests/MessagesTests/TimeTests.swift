import Messages
import Testing

/// The civil calendar and its forms.
struct TimeTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"), (951_827_696_789_000_000, "2000-02-29T12:34:56.789Z"),
        (-1_000_000, "1969-12-31T23:59:59.999Z"), (4_102_444_799_999_999_999, "2099-12-31T23:59:59.999Z"),
    ])
    func aTimeIsWrittenAsInRFC3339(nanoseconds: Int64, text: String) {
        #expect(RFC3339.text(nanosecondsSince1970: nanoseconds) == text)
        var memory = RFC3339.Memory()
        for _ in 0..<2 { #expect(memory.text(nanosecondsSince1970: nanoseconds) == text) }
    }

    @Test(arguments: [Int64.min, .max]) func noTimeTraps(nanoseconds: Int64) {
        #expect(RFC3339.text(nanosecondsSince1970: nanoseconds).hasSuffix("Z"))
    }

    @Test func aMemoryFollowsTheClockInBothDirections() {
        var memory = RFC3339.Memory()
        #expect(memory.text(nanosecondsSince1970: 1_999_000_000) == "1970-01-01T00:00:01.999Z")
        #expect(memory.text(nanosecondsSince1970: 2_000_000_000) == "1970-01-01T00:00:02.000Z")
        #expect(memory.text(nanosecondsSince1970: 999_000_000) == "1970-01-01T00:00:00.999Z")
    }

    @Test(arguments: [
        (Int64(1_415_730_750), "Tue, 11 Nov 2014 18:32:30 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
    func aDateFieldIsWrittenAndParsed(seconds: Int64, text: String) {
        #expect(HTTPDate(epochSeconds: seconds).text == text)
        #expect(HTTPDate(text)?.epochSeconds == seconds)
    }

    @Test func aLeapSecondIsTheFirstOfTheNextMinute() {
        #expect(HTTPDate("Sat, 31 Dec 2016 23:59:60 GMT") == HTTPDate("Sun, 01 Jan 2017 00:00:00 GMT"))
    }

    @Test(arguments: [
        "", "Tuesday, 11-Nov-14 18:32:30 GMT", "Tue Nov 11 18:32:30 2014", "Tue, 11 Nov 2014 18:32:30 UTC",
        "Tue, 30 Feb 2014 18:32:30 GMT", "Tue, 11 Nov 2014 24:00:00 GMT", "Tue, 11 nov 2014 18:32:30 GMT",
        "Tue, 1  Nov 2014 18:32:30 GMT", "Tue, 11 Nov 2014 18:32:61 GMT", "Tue, 11 Nov 1969 18:32:30 GMT",
    ])
    func anotherFormOfADateIsRefused(text: String) { #expect(HTTPDate(text) == nil) }

    @Test func aDateOutsideOfTheCalendarBecomesItsEnd() {
        #expect(HTTPDate(epochSeconds: -1).epochSeconds == 0)
        #expect(HTTPDate(epochSeconds: .max).text == "Fri, 31 Dec 9999 23:59:59 GMT")
    }

    @Test func everyDayComesBack() {
        for day in stride(from: Int64(-800_000), to: 3_000_000, by: 11) {
            let seconds = day * 86_400 + 86_399
            #expect(CivilTime(epochSeconds: seconds).epochSeconds == seconds)
        }
    }

    @Test(arguments: [Int64.min, -10, -9, -1, 0, 1, 9, 10, 99, 100, 1_000_000_007, .max])
    func aNumberIsWrittenAsSwiftWritesIt(number: Int64) {
        var bytes: [UInt8] = [0x20]
        DecimalDigits.append(number, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == " \(number)")
    }

    @Test func aNumberOfFixedWidthIsStrict() {
        func value(_ text: String) -> Int64? { DecimalDigits.value(text.utf8.span) }
        #expect(value("007") == 7)
        #expect(value("999999999999999999") == 999_999_999_999_999_999)
        for text in ["", "-1", "+1", " 1", "1 ", "1.0", "٣", "1000000000000000000"] {
            #expect(value(text) == nil, "\(text)")
        }
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2009-02-13T23:31:30Z", 1_234_567_890),
            ("2009-02-13T23:31:30.999Z", 1_234_567_890), ("2009-02-14t01:31:30+02:00", 1_234_567_890),
            ("2009-02-13T23:01:30-00:30", 1_234_567_890), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Int64)]
    )
    func momentsOfServicesAreRead(_ text: String, _ seconds: Int64) {
        #expect(RFC3339.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "2009-02-13", "2009-02-13T23:31:30", "2009-02-13 23:31:30Z", "2009-02-30T23:31:30Z",
        "2009-02-13T24:31:30Z", "2009-02-13T23:31:30.Z", "2009-02-13T23:31:30ZZ", "2009-02-13T23:31:30+2:00",
        "2009-02-13T23:31:30+24:00", "+009-02-13T23:31:30Z", "20090213T233130Z",
        "2009-02-13T23:31:30." + String(repeating: "0", count: 99) + "Z", "99999999999999999999999",
    ])
    func otherTextsAreNoMoments(_ text: String) {
        #expect(RFC3339.seconds(text) == nil)
    }
}
