import CognitoSync
import Testing

@testable import Emulator

/// The spelling of responses.
@Suite struct WireTests {
    // Seconds as Java writes a double; the first two are from the published samples.
    @Test(arguments: [
        (Int64(1_413_836_234_607), "1.413836234607E9"), (1_412_974_057_151, "1.412974057151E9"),
        (1_413_836_234_000, "1.413836234E9"), (1_000_000_000_000, "1.0E9"), (10_000_000_000, "1.0E7"),
        (9_999_999_999, "9999999.999"), (1500, "1.5"), (1, "0.001"), (0, "0.0"), (-1500, "-1.5"),
        (1_700_574_873_050, "1.70057487305E9"),
    ])
    func datesAreSecondsWithAnExponent(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).text == text)
        #expect(Timestamp(seconds: text)?.milliseconds == milliseconds)
    }

    // SDKs send DeviceLastModifiedDate as an integer, with a fraction or with an exponent.
    @Test(arguments: [
        ("1700574873.059", Int64(1_700_574_873_059)), ("1700574873", 1_700_574_873_000),
        ("1.700574873059e9", 1_700_574_873_059), ("17005748730.59E-1", 1_700_574_873_059),
        ("1.7005748730599E+9", 1_700_574_873_059), ("0", 0), ("0e400", 0), ("-1", -1000), ("1e-9", 0),
    ])
    func datesAreReadInAnySpelling(text: String, milliseconds: Int64) {
        #expect(Timestamp(seconds: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: ["1e300", "9223372036854775807", "1e999999999999999999", "", "-", "1.2.3", "x", "1e"])
    func datesBeyondReasonAreNone(text: String) {
        #expect(Timestamp(seconds: text) == nil)
    }

    @Test func stringsAreUnchangedAndEscapedOnlyWhereNecessary() {
        let text = "q\" b\\ /\u{8}\u{9}\u{A}\u{C}\u{D}\u{0}\u{1F}\u{7F} é \u{2028} 👋"
        let encoded = String(decoding: JSONValue.string(text).encoded(), as: UTF8.self)
        #expect(encoded == #""q\" b\\ /\b\t\n\f\r\u0000\u001F"# + "\u{7F} é \u{2028} 👋\"")
    }

    // Explicit nulls are not documented: both behaviours. The first is the sample of the API reference.
    @Test(arguments: [true, false]) func anAbsentDatasetIsAsInTheSample(nulls: Bool) throws {
        var harness = try DatasetHarness()
        let response = try harness.read()
        let text = String(decoding: JSONValue.records(response).encoded(nulls: nulls), as: UTF8.self)
        let sample =
            #"{"Count":0,"DatasetDeletedAfterRequestedSyncCount":false,"DatasetExists":false,"DatasetSyncCount":0,"#
            + (nulls ? #""LastModifiedBy":null,"MergedDatasetNames":null,"NextToken":null,"# : "")
            + #""Records":[],"SyncSessionToken":"\#(response.sessionToken)"}"#
        #expect(text == sample)
    }

    @Test func aRecordIsAsInTheSample() throws {
        var harness = try DatasetHarness(
            .with {
                $0.deviceDates = .kept
                $0.fullListingTombstones = true
            }
        )
        try harness.write(
            Patch(
                key: "k",
                value: "v",
                syncCount: 0,
                deviceLastModified: Timestamp(seconds: "1.412974057151E9")
            ),
            .remove("gone", at: 0)
        )
        let text = String(decoding: JSONValue.updated(try harness.read().records).encoded(), as: UTF8.self)
        #expect(
            text
                == #"{"Records":[{"DeviceLastModifiedDate":null,"Key":"gone","LastModifiedBy":"123456789012","#
                + #""LastModifiedDate":1.413836234607E9,"SyncCount":1,"Value":null},"#
                + #"{"DeviceLastModifiedDate":1.412974057151E9,"Key":"k","LastModifiedBy":"123456789012","#
                + #""LastModifiedDate":1.413836234607E9,"SyncCount":1,"Value":"v"}]}"#
        )
    }
}
