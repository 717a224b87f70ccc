import CognitoSync
import Testing

@Suite struct StreamChangeTests {
    private typealias Samples = StreamSamples

    @Test func theDocumentedEventBecomesAnUpdateResponse() throws {
        let change = try Samples.change(Samples.event())
        #expect(change.scope.owner.pool.text == Samples.pool)
        #expect(change.scope.owner.identity.text == Samples.identity)
        #expect(change.scope.dataset.text == "d")
        #expect(change.syncCount == 1)
        #expect(
            change.text
                == #"{"Records":[{"DeviceLastModifiedDate":1424801824.343,"Key":"Key","#
                + #""LastModifiedDate":1424801824.343,"SyncCount":1,"Value":"Value"}]}"#
        )
        #expect(change.ranges.map(\.syncCount) == [1] && change.ranges.map(\.hasValue) == [true])
    }

    @Test(arguments: [#""dataSetName":"d""#, #""datasetName":"d""#, #""datasetName":"d","dataSetName":"d""#])
    func bothSpellingsOfTheNameAreAccepted(name: String) throws {
        #expect(try Samples.change(Samples.event(name: name)).scope.dataset.text == "d")
    }

    @Test(arguments: [
        ("1424801824343", "1424801824.343"), ("1424801824340", "1424801824.34"),
        ("1424801824000", "1424801824"),
        ("9007199254740993", "9007199254740.993"), ("1000", "1"), ("999", "0.999"), ("7", "0.007"),
        ("0", "0"),
        ("-1", "-0.001"), ("-1500", "-1.5"),
        ("123456789012345678901234567890", "123456789012345678901234567.89"),
    ])
    func millisecondsBecomeSecondsDigitForDigit(milliseconds: String, seconds: String) throws {
        let record = Samples.record.replacing("1424801824343", with: milliseconds)
        let text = try #require(try Samples.change(Samples.event(records: "[\(record)]")).text)
        #expect(text.contains(#""LastModifiedDate":\#(seconds),"#))
        #expect(text.contains(#""DeviceLastModifiedDate":\#(seconds),"#))
    }

    @Test func literalsAreSplicedAsReceived() throws {
        for literal in [#""""#, #""a\/b\u00e9é\ud83d\ude00\ud800\n""#, #""😀\"\\""#] {
            let record = #"{"op":"replace","key":"k\u0065y","value":\#(literal),"syncCount":1,"more":[{}]}"#
            let change = try Samples.change(Samples.event(records: "[\(record)]"))
            #expect(
                change.text == #"{"Records":[{"Key":"k\u0065y","SyncCount":1,"Value":\#(literal)}]}"#
            )
        }
    }

    @Test(arguments: [#","value":"x""#, #","value":null"#, ""])
    func aRemovedRecordHasNoValue(value: String) throws {
        let removed = #"{"key":"gone","op":"remove","syncCount":1,"lastModifiedDate":null\#(value)}"#
        let change = try Samples.change(Samples.event(records: "[\(removed),\(Samples.record)]"))
        #expect(change.ranges.map(\.hasValue) == [false, true])
        #expect(change.text?.hasPrefix(#"{"Records":[{"Key":"gone","SyncCount":1},{"#) == true)
    }

    /// Such a change is new, whatever count is known.
    @Test(arguments: [
        StreamSamples.event(operation: #""remove""#),
        StreamSamples.event(operation: #""remove""#, records: nil),
        StreamSamples.event(operation: #""Replace""#), StreamSamples.event(operation: "null"),
        StreamSamples.event(records: nil), StreamSamples.event(records: "null", url: "null"),
        StreamSamples.event(records: "[]"), StreamSamples.event(records: nil, url: #""""#),
        StreamSamples.event(records: "{}"), StreamSamples.event(payload: #""Zip""#),
        StreamSamples.event(payload: "1"), StreamSamples.event(url: "[]"),
        StreamSamples.event(syncCount: "null"),
        StreamSamples.event(syncCount: #""1""#), StreamSamples.event(syncCount: "1.0"),
        StreamSamples.event(syncCount: "-1"), StreamSamples.event(syncCount: "9223372036854775808"),
    ])
    func aPossibleRemovalHasNoCount(event: String) throws {
        let change = try Samples.change(event)
        #expect(change.scope.dataset.text == "d")
        #expect(change.syncCount == nil && change.content == .unavailable)
    }

    @Test(arguments: [
        "1", "null", "[]", "{}", #"{"key":"k","syncCount":1,"value":"v"}"#,
        #"{"key":"k","syncCount":1,"value":"v","op":"add"}"#, #"{"key":"k","syncCount":1,"op":"replace"}"#,
        #"{"key":"k","syncCount":1,"value":null,"op":"replace"}"#,
        #"{"key":"k","syncCount":1,"value":1,"op":"replace"}"#,
        #"{"key":"k","value":"v","op":"replace"}"#, #"{"key":"k","syncCount":-1,"value":"v","op":"replace"}"#,
        #"{"key":"","syncCount":1,"value":"v","op":"replace"}"#,
        #"{"syncCount":1,"value":"v","op":"replace"}"#,
        #"{"key":null,"syncCount":1,"value":"v","op":"replace"}"#,
        #"{"key":"k","syncCount":1,"value":"v","op":"replace","lastModifiedDate":1.5}"#,
        #"{"key":"k","syncCount":1,"value":"v","op":"replace","lastModifiedDate":1424801824343e0}"#,
        #"{"key":"k","syncCount":1,"value":"v","op":"replace","deviceLastModifiedDate":"1424801824343"}"#,
    ])
    func aRecordOfAnUnknownFormAffectsOnlyItsEvent(record: String) throws {
        let odd = Samples.event(records: "[\(Samples.record),\(record)]")
        let events = try Samples.read("[\(odd),\(Samples.event())]").events
        #expect(try events[0].get().content == .unavailable)
        #expect(try events[0].get().syncCount == nil)
        #expect(try events[1].get().ranges.count == 1)
    }

    @Test func aKeyIsOfAtMost1024Characters() throws {
        for (length, isTaken) in [(1024, true), (1025, false)] {
            let record = Samples.record.replacing("Key", with: String(repeating: "é", count: length))
            #expect((try Samples.change(Samples.event(records: "[\(record)]")).text != nil) == isTaken)
        }
    }

    @Test(arguments: [
        StreamSamples.event(records: nil, url: #""https://bucket.s3/x""#, payload: #""S3Url""#),
        StreamSamples.event(records: "null", url: #""https://bucket.s3/x""#, payload: nil),
        StreamSamples.event(url: #""https://bucket.s3/x""#), StreamSamples.event(payload: #""S3Url""#),
    ])
    func aPayloadElsewhereHasACountAndNoRecords(event: String) throws {
        let change = try Samples.change(event)
        #expect(change.syncCount == 1 && change.content == .unavailable)
    }

    /// A bulk publish repeats known records; they must not count as a new change.
    @Test func recordsOfManyCountsAreNotOneSynchronization() throws {
        let older = Samples.record.replacing(#""syncCount":1"#, with: #""syncCount":2"#)
            .replacing(#""Key""#, with: #""Other""#)
        let newer = Samples.record.replacing(#""syncCount":1"#, with: #""syncCount":3"#)
        let change = try Samples.change(Samples.event(records: "[\(older),\(newer)]", syncCount: "3"))
        #expect(change.syncCount == 3 && change.content == .unavailable)
    }

    @Test func theLargestCountIsAccepted() throws {
        let record = Samples.record.replacing(#""syncCount":1"#, with: #""syncCount":9223372036854775807"#)
        let change = try Samples.change(
            Samples.event(records: "[\(record)]", syncCount: "9223372036854775807")
        )
        #expect(change.syncCount == .max && change.ranges.map(\.syncCount) == [.max])
    }

    @Test(arguments: [
        (#""dataSetName":"..""#, "no valid dataSetName"), (#""dataSetName":null"#, "no valid dataSetName"),
        (#""datasetname":"d""#, "no valid dataSetName"), (#""dataSetName":"a b""#, "no valid dataSetName"),
        (#""dataSetName":"d","datasetName":"e""#, "dataSetName and datasetName differ"),
        (#""dataSetName":"d","dataSetName":"d""#, "not a JSON object: duplicate member at byte 147"),
    ])
    func anEventThatNamesNoDatasetIsRefused(name: String, reason: String) throws {
        let batch = try StreamBatch.read(Array(Samples.batch([Samples.event(name: name)]).utf8))
        guard case .failure(let fault) = batch.events[0] else {
            Issue.record("accepted: \(name)")
            return
        }
        #expect(fault.description == reason)
    }

    @Test(arguments: ["identityPoolId", "identityId"])
    func anEventWithoutItsIdentityIsRefused(member: String) throws {
        for event in [
            Samples.event().replacing(member, with: "x"),
            Samples.event().replacing(#""\#(member)":""#, with: #""\#(member)":"X Y"#),
            Samples.event().replacing(#""\#(member)":"#, with: #""\#(member)":0,"x":"#),
        ] {
            #expect(try Samples.read(event).events == [.failure(.unnamed(member))])
        }
    }
}
