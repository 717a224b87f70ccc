import CognitoSync
import Messages
import Testing

@Suite struct StreamBatchTests {
    private typealias Samples = StreamSamples

    @Test func theThreeFormsHaveTheSameMeaning() throws {
        let event = Samples.event()
        let change = try Samples.change(event)
        for body in [event, " \(event)\n", "[\(event)]", Samples.batch([event])] {
            #expect(try Samples.change(body) == change)
        }
        // Some writers of JSON escape the solidus, which Base64 has.
        let escaped = Samples.batch([event.replacing("Value", with: "???>>>???>>>~~~")])
        #expect(escaped.contains("/"))
        #expect(try Samples.change(escaped.replacing("/", with: #"\/"#)).text != nil)
    }

    @Test func eventsKeepTheirOrder() throws {
        let names = (0..<50).map { "d\($0)" }
        let events = names.map { Samples.event(name: #""dataSetName":"\#($0)""#) }
        for body in [Samples.batch(events), "[\(events.joined(separator: ","))]"] {
            #expect(try Samples.read(body).events.map { try $0.get().scope.dataset.text } == names)
        }
    }

    @Test(arguments: ["[]", #"{"Records":[]}"#, #"{"Records":[],"more":1}"#]) func aBatchMayBeEmpty(
        body: String
    ) throws {
        #expect(try Samples.read(body).events.isEmpty)
    }

    @Test func aBadEventDoesNotAffectTheOthers() throws {
        let good = Base64.encode(Array(Samples.event().utf8))
        let trailing = Base64.encode(Array("\(Samples.event()) 1".utf8))
        let bad = [
            ("!", "kinesis.data is not Base64"), (String(good.dropLast(3)), "kinesis.data is not Base64"),
            (good + "\\n", "kinesis.data is not Base64"), ("", "not a JSON object: it ends too early"),
            ("/w==", "not a JSON object: unexpected character at byte 0"),
            ("W10=", "not a JSON object: expected an object at byte 0, found an array"),
            ("e30=", "no valid identityPoolId"),
            (
                trailing,
                "not a JSON object: something follows the value at byte \(Samples.event().utf8.count + 1)"
            ),
        ]
        let batch = try Samples.read(Samples.envelope([good] + bad.map(\.0) + [good]))
        #expect(batch.events.count == bad.count + 2)
        #expect((try? batch.events.first?.get()) != nil && (try? batch.events.last?.get()) != nil)
        for (event, (_, reason)) in zip(batch.events.dropFirst(), bad) {
            guard case .failure(let fault) = event else {
                Issue.record("accepted where \(reason) was expected")
                continue
            }
            #expect(fault.description == reason)
        }
    }

    @Test(arguments: [
        "1", "null", "{}", "[]", #"{"kinesis":1}"#, #"{"kinesis":{}}"#, #"{"kinesis":{"data":null}}"#,
        #"{"kinesis":{"data":{}}}"#, #"{"dynamodb":{}}"#,
    ])
    func aRecordThatIsNotOfKinesisIsRefused(record: String) throws {
        let body = #"{"Records":[\#(record)]}"#
        #expect(try Samples.read(body).events == [.failure(.notFromKinesis)])
    }

    @Test(arguments: [
        "", " ", "x", "1", "null", "true", #""text""#, "[", "{", "[1,]", "[] []", #"{"Records":[]"#,
        "{\"a\":1,\"a\":1}",
        "\u{FEFF}[]", "[\"\u{1}\"]",
    ])
    func aBodyThatIsNotJSONIsNoBatch(body: String) {
        #expect(throws: StreamBatch.Fault.self) { try Samples.read(body) }
    }

    @Test func aBatchIsBounded() throws {
        let most = StreamBatch.maximumEvents
        for body in ["[1", #"{"Records":[1"#] {
            let end = body.hasPrefix("[") ? "]" : "]}"
            let full = body + String(repeating: ",1", count: most - 1) + end
            #expect(try Samples.read(full).events.count == most)
            #expect(throws: StreamBatch.Fault.tooManyEvents) {
                try Samples.read(body + String(repeating: ",1", count: most) + end)
            }
        }
        #expect(throws: StreamBatch.Fault.self) { try Samples.read(String(repeating: "[", count: 100_000)) }
    }

    @Test(arguments: [true, false]) func aBatchOfManyEventsIsRead(isPlain: Bool) throws {
        let events = [String](repeating: Samples.event(), count: 1000)
        let body = isPlain ? "[\(events.joined(separator: ","))]" : Samples.batch(events)
        #expect(try StreamBatch.read(Array(body.utf8)).events.count == 1000)
    }
}
