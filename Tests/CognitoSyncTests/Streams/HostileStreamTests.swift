import CognitoSync
import Foundation
import Messages
import TestSupport
import Testing

/// Hostile bodies: none traps, and every accepted record equals the sent one.
@Suite struct HostileStreamTests {
    private typealias Samples = StreamSamples

    /// Checks the invariants of every change that is read from any bytes.
    private func check(_ bytes: [UInt8]) {
        guard let batch = try? StreamBatch.read(bytes) else { return }
        for case .success(let change) in batch.events {
            guard case .records(let body, let records) = change.content else { continue }
            #expect(change.syncCount != nil && !records.isEmpty)
            #expect(records.allSatisfy { $0.syncCount == change.syncCount })
            #expect((try? UpdateRecordsResponse.scan(body))?.records == records)
            #expect(JSONConformanceTests.accepts(body, .upstream))
        }
        for case .failure(let fault) in batch.events { #expect(fault.description.utf8.count < 300) }
    }

    @Test func anySplitOfABatchIsReadOrRefused() {
        let event = Samples.event()
        for body in [event, "[\(event),\(event)]", Samples.batch([event])] {
            let bytes = Array(body.utf8)
            for end in bytes.indices {
                #expect(throws: StreamBatch.Fault.self) { try StreamBatch.read(Array(bytes[..<end])) }
                check(Array(bytes[end...]))
            }
        }
        // The same inside the envelope.
        let bytes = Array(event.utf8)
        for end in bytes.indices {
            let batch = try? Samples.read(Samples.envelope([Base64.encode(Array(bytes[..<end]))]))
            #expect(batch?.events.count == 1)
            #expect((try? batch?.events.first?.get()) == nil)
        }
    }

    @Test func mutationsAreReadOrRefused() {
        var random = SplitMix64(seed: 1)
        func next(_ bound: Int) -> Int { random.below(bound) }
        let event = Samples.event(
            records: "[\(Samples.record),\(Samples.record.replacing("Key", with: "b"))]"
        )
        let seeds = [event, "[\(event),\(event)]", Samples.batch([event, event])].map { Array($0.utf8) }
        let pieces = [
            "\"", "\\", "\\u", "\\ud800", "{", "}", "[", "]", ",", ":", "null", "-", "1e9", "=", "\u{FF}",
            "0",
        ]
        .map { Array($0.utf8) }
        for round in 0..<6000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0...next(4) {
                let start = next(bytes.count + 1)
                let end = min(bytes.count, start + [0, 1, 1, 2, 8, 40][next(6)])
                let piece = next(3) == 0 ? [UInt8(truncatingIfNeeded: next(256))] : pieces[next(pieces.count)]
                bytes.replaceSubrange(start..<end, with: next(5) == 0 ? [] : piece)
                if bytes.isEmpty { bytes = [0x20] }
            }
            check(bytes)
            check(Array(Samples.envelope([Base64.encode(bytes)]).utf8))
        }
    }

    @Test(.enabled(if: Corpora.available, "the published test data is not beside the project"))
    func naughtyStringsAreUnchangedByteForByte() throws {
        for text in try Corpora.decode([String].self, from: "blns/blns.json") {
            let literal = JSONValue.string(text).text
            let key = text.isEmpty || text.unicodeScalars.count > 1024 ? #""k""# : literal
            let record = #"{"key":\#(key),"value":\#(literal),"op":"replace","syncCount":1,\#(literal):0}"#
            let change = try Samples.change(Samples.event(records: "[\(record)]"))
            #expect(change.text == #"{"Records":[{"Key":\#(key),"SyncCount":1,"Value":\#(literal)}]}"#)
            // As a name, an operation or data, the text is refused or unchanged.
            check(Array(Samples.event(name: #""dataSetName":\#(literal)"#).utf8))
            check(Array(Samples.event(operation: literal, payload: literal).utf8))
            check(Array(#"{"Records":[{"kinesis":{"data":\#(literal)}}]}"#.utf8))
            check(Array(text.utf8))
        }
    }

    @Test(.enabled(if: Corpora.available, "the published test data is not beside the project"))
    func brokenUTF8AndJSONAreRefused() throws {
        for name in try Corpora.list("json-nst/test_parsing") {
            let bytes = try Corpora.bytes("json-nst/test_parsing/\(name)")
            check(bytes)
            check(Array(Samples.envelope([Base64.encode(bytes)]).utf8))
            guard name.hasPrefix("n_") else { continue }
            #expect(throws: StreamBatch.Fault.self) { try StreamBatch.read(bytes) }
            let inside = try Samples.read(Samples.envelope([Base64.encode(bytes)])).events
            #expect((try? inside[0].get()) == nil)
        }
        for line in try Corpora.bytes("utf8/utf8tests.bin").split(separator: 0x0A) {
            let parts = line.split(
                separator: UInt8(ascii: ":"),
                maxSplits: 2,
                omittingEmptySubsequences: false
            )
            guard parts.count == 3, parts[1].elementsEqual("invalid".utf8) else { continue }
            let sides = Samples.event().split(separator: "Value").map { Array($0.utf8) }
            let event = sides[0] + Array(parts[2]) + sides[1]
            let events = try Samples.read(Samples.envelope([Base64.encode(event)])).events
            #expect((try? events[0].get()) == nil, "\(parts[2])")
        }
    }
}
