import Messages

/// The events of a posted body: an AWS Lambda batch from Kinesis, or one or an array of Cognito Streams.
///
/// A bad event does not affect the others. Sources: "Using Lambda to process records from Amazon Kinesis Data
/// Streams" (the batch), "Amazon Cognito Streams" in the Cognito developer guide (the event).
package struct StreamBatch: Sendable {
    /// The largest batch that Lambda can be configured to deliver.
    package static let maximumEvents = 10_000
    /// The largest body in bytes; a Lambda event has at most 6 MB.
    package static let maximumBytes = 8 << 20

    /// The reason why a body is no batch.
    package enum Fault: Error, Hashable, Sendable {
        case notJSON(JSONError)
        case tooManyEvents
    }

    /// The changes and faults of all events, in the order of the body.
    package let events: [Result<StreamChange, StreamFault>]

    /// Reads a body and all its events.
    package static func read(_ body: [UInt8]) throws(Fault) -> Self {
        let form: Form
        do throws(JSONError) {
            form = try Form(body)
        } catch {
            throw .notJSON(error)
        }
        switch form {
        case .kinesis(let records):
            guard records.count <= maximumEvents else { throw .tooManyEvents }
            return Self(events: records.map { change(ofKinesis: $0, in: body) })
        case .plain(let events):
            guard events.count <= maximumEvents else { throw .tooManyEvents }
            return Self(events: events.map { change(of: $0, in: body) })
        }
    }

    /// The two envelopes, with the range of each event.
    private enum Form {
        case kinesis([Range<Int>])
        case plain([Range<Int>])

        init(_ body: [UInt8]) throws(JSONError) {
            var reader = JSONReader(body, from: .upstream)
            if try reader.kind() == .array {
                self = .plain(try reader.elements())
                try reader.finish()
                return
            }
            try reader.require(.object)
            let start = reader.position
            var records: [Range<Int>]?
            try reader.object { (reader, name) throws(JSONError) in
                if name.equals("Records", in: body), try reader.kind() == .array {
                    records = try reader.elements()
                } else {
                    try reader.skip()
                }
            }
            self = records.map(Self.kinesis) ?? .plain([start..<reader.position])
            try reader.finish()
        }
    }

    private static func change(of range: Range<Int>, in bytes: [UInt8]) -> Result<StreamChange, StreamFault> {
        Result { () throws(StreamFault) in
            var reader = JSONReader(bytes, within: range, from: .upstream)
            return try StreamEvent.read(&reader).change(in: bytes)
        }
    }

    private static func change(
        ofKinesis range: Range<Int>,
        in bytes: [UInt8]
    ) -> Result<StreamChange, StreamFault> {
        guard let data = data(ofKinesis: range, in: bytes) else { return .failure(.notFromKinesis) }
        guard let event = Base64.decode(data.unescaped(in: bytes)) else { return .failure(.notBase64) }
        return change(of: 0..<event.count, in: event)
    }

    /// Returns the string `data` of the object `kinesis` of a record, or nil if there is none.
    private static func data(ofKinesis range: Range<Int>, in bytes: [UInt8]) -> JSONString? {
        var reader = JSONReader(bytes, within: range, from: .upstream)
        var data: JSONString?
        // A wrong type is an error, so there is no data. The bytes are known to be JSON.
        try? reader.object { (reader, name) throws(JSONError) in
            guard name.equals("kinesis", in: bytes) else {
                try reader.skip()
                return
            }
            try reader.object { (reader, name) throws(JSONError) in
                if name.equals("data", in: bytes) { data = try reader.string() } else { try reader.skip() }
            }
        }
        return data
    }
}

extension JSONReader {
    /// Reads an array and returns the ranges of its elements, at most one more than a batch may have.
    fileprivate mutating func elements() throws(JSONError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        try array { (reader, index) throws(JSONError) in
            let range = try reader.skip()
            if index <= StreamBatch.maximumEvents { ranges.append(range) }
        }
        return ranges
    }
}
