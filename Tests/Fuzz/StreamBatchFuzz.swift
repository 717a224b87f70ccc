import Messages

/// Runs the checks on fuzzed bytes, called by libFuzzer.
///
/// The bytes are a body; the same bytes are one event inside of each envelope.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzStreamBatch(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(unsafe FuzzInput(start, count).rest)
    if let batch = try? StreamBatch.read(bytes) { StreamBatchFuzz.check(batch, of: bytes) }
    StreamBatchFuzz.checkEnvelopes(around: bytes)
    return 0
}

/// The properties under test: an event means the same in each envelope, and its records are those of one count.
private enum StreamBatchFuzz {
    static func check(_ batch: StreamBatch, of bytes: [UInt8]) {
        Finding.unless(batch.events.count <= StreamBatch.maximumEvents, "too many events", bytes)
        for case .success(let change) in batch.events {
            Finding.unless((change.syncCount ?? 0) >= 0, "a count below zero", bytes)
            guard case .records(let body, let records) = change.content else { continue }
            Finding.unless(!records.isEmpty && change.syncCount != nil, "records without a count", bytes)
            Finding.unless((try? UpdateRecordsResponse.scan(body))?.records == records, "other records", body)
            let isOneCount = records.allSatisfy { $0.syncCount == change.syncCount }
            Finding.unless(isOneCount, "records of several counts", body)
        }
    }

    static func checkEnvelopes(around event: [UInt8]) {
        let coded = #"{"Records":[{"kinesis":{"data":"\#(Base64.encode(event))"}}]}"#
        guard let kinesis = try? StreamBatch.read(Array(coded.utf8)), kinesis.events.count == 1 else {
            return Finding.unless(false, "a batch of Kinesis is refused", event)
        }
        check(kinesis, of: event)
        guard let list = try? StreamBatch.read([UInt8(ascii: "[")] + event + [UInt8(ascii: "]")]),
            list.events.count == 1
        else { return }
        check(list, of: event)
        switch (kinesis.events[0], list.events[0]) {
        case (.success(let left), .success(let right)):
            Finding.unless(left == right, "the envelope changes the event", event)
        case (.failure(.notJSON), .failure(.notJSON)): break
        case (.failure(let left), .failure(let right)):
            Finding.unless(left == right, "the envelope changes the fault", event)
        default: Finding.unless(false, "the envelope changes the verdict", event)
        }
    }
}
