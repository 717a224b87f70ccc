import CognitoSync
import Messages
import Testing

/// The events of the developer guide, with parameters to vary them.
enum StreamSamples {
    static let pool = "us-east-1:11111111-2222-3333-4444-555555555555"
    static let identity = "us-east-1:aaaaaaaa-0000-4000-8000-000000000001"

    static let record =
        #"{"key":"Key","value":"Value","syncCount":1,"lastModifiedDate":1424801824343,"#
        + #""deviceLastModifiedDate":1424801824343,"op":"replace"}"#

    static func event(
        name: String = #""dataSetName":"d""#,
        operation: String = #""replace""#,
        records: String? = "[\(record)]",
        url: String? = nil,
        payload: String? = #""Inline""#,
        syncCount: String = "1"
    ) -> String {
        let members = [
            #""identityPoolId":"\#(pool)""#, #""identityId":"\#(identity)""#, name,
            #""operation":\#(operation)"#, records.map { #""kinesisSyncRecords":\#($0)"# },
            #""lastModifiedDate":1424801824343"#, url.map { #""kinesisSyncRecordsURL":\#($0)"# },
            payload.map { #""payloadType":\#($0)"# }, #""syncCount":\#(syncCount)"#,
        ]
        return "{\(members.compactMap(\.self).joined(separator: ","))}"
    }

    /// Returns a batch as AWS Lambda delivers records of Kinesis.
    static func batch(_ events: [String]) -> String { envelope(events.map { Base64.encode(Array($0.utf8)) }) }

    static func envelope(_ data: [String]) -> String {
        let records = data.enumerated().map { index, data in
            #"{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1","sequenceNumber":"4959\#(index)","#
                + #""data":"\#(data)","approximateArrivalTimestamp":1545084650.987},"eventSource":"aws:kinesis","#
                + #""eventVersion":"1.0","eventID":"shardId-000000000006:4959\#(index)","#
                + #""eventName":"aws:kinesis:record","awsRegion":"us-east-2"}"#
        }
        return #"{"Records":[\#(records.joined(separator: ","))]}"#
    }

    static func read(_ text: String) throws -> StreamBatch { try StreamBatch.read(Array(text.utf8)) }

    /// Returns the change of a body with one event.
    static func change(_ text: String) throws -> StreamChange {
        let events = try read(text).events
        #expect(events.count == 1)
        return try #require(events.first).get()
    }
}

extension StreamChange {
    /// The body with the records.
    var text: String? {
        guard case .records(let body, _) = content else { return nil }
        return String(decoding: body, as: UTF8.self)
    }

    /// The positions of the records.
    var ranges: [RecordRange] {
        guard case .records(_, let records) = content else { return [] }
        return records
    }
}
