import CognitoSync
import HTTPTypes
import Messages
import Policy

/// Requests, responses and keys like those of real callers.
enum Sample {
    static let pool = "us-east-1:0c1ba052-7f5a-4f2e-9e26-1b0a4d3f8a11"
    static let identity = "us-east-1:8d2f0c4e-3b1a-4c5d-8e6f-7a9b0c1d2e3f"
    static let path = "/identitypools/\(pool)/identities/\(identity)/datasets/preferences/records"
    /// A target in the spelling of the SDKs of AWS.
    static let target =
        path.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "%3A")
        + "?lastSyncCount=1234&maxResults=100"

    private static let fields: [(HTTPField.Name?, String)] = [
        (HTTPField.Name("host"), "127.0.0.1:8080"),
        (HTTPField.Name("user-agent"), "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux"),
        (HTTPField.Name("accept-encoding"), "identity"),
        (HTTPField.Name("x-request-id"), "b3d2e31e-d6b7-4612-8e84-c9ba288dab5d"),
    ]

    static func request(_ method: HTTPRequest.Method, _ target: String, body: String = "") -> Request {
        var head = HTTPRequest(method: method, scheme: nil, authority: nil, path: target)
        for (name, value) in fields { head.headerFields[need(name, "a field")] = value }
        if !body.isEmpty { head.headerFields[.contentType] = "application/json" }
        return Request(head: head, body: Array(body.utf8))
    }

    /// Returns an UpdateRecords with that many patches of about 150 bytes.
    static func update(patches: Int) -> Request {
        let list = (0..<patches).map { index in
            #"{"Op":"replace","Key":"key\#(index)","Value":"\#(String(repeating: "v", count: 64))","#
                + #""SyncCount":\#(index),"DeviceLastModifiedDate":1.4E9}"#
        }
        let body = #"{"SyncSessionToken":"token","RecordPatches":[\#(list.joined(separator: ","))]}"#
        return request(.post, String(path.dropLast("/records".utf8.count)), body: body)
    }

    /// Returns the body of a page with that many records of about half a KiB.
    static func page(records: Int) -> [UInt8] {
        let list = (0..<records).map { index in
            #"{"DeviceLastModifiedDate":1.4E9,"Key":"key\#(index)","LastModifiedBy":"123456789012","#
                + #""LastModifiedDate":1.4E9,"SyncCount":\#(index + 1),"#
                + #""Value":"\#(String(repeating: "v", count: 380))"}"#
        }
        return Array(
            (#"{"Count":\#(records),"DatasetDeletedAfterRequestedSyncCount":false,"DatasetExists":true,"#
                + #""DatasetSyncCount":\#(records + 1),"MergedDatasetNames":[],"#
                + #""Records":[\#(list.joined(separator: ","))],"SyncSessionToken":"token"}"#).utf8
        )
    }

    /// Returns the body of a response to an UpdateRecords of one record, later than all before.
    static func changed(at count: Int64) -> [UInt8] {
        Array(
            (#"{"Records":[{"DeviceLastModifiedDate":1.4E9,"Key":"key7","LastModifiedBy":"123456789012","#
                + #""LastModifiedDate":\#(1_400_000_000 + count),"SyncCount":\#(count),"#
                + #""Value":"\#(String(repeating: "v", count: 380))"}]}"#)
                .utf8
        )
    }

    /// Returns an identity of full length.
    ///
    /// Two numbers differ in the last digits.
    static func owner(_ number: Int) -> IdentityScope {
        let digits = String(number, radix: 16)
        let padded = String(repeating: "0", count: max(0, 12 - digits.utf8.count)) + digits
        return IdentityScope(
            pool: need(IdentityPoolID(pool), "the pool"),
            identity: need(IdentityID("us-east-1:8d2f0c4e-3b1a-4c5d-8e6f-\(padded)"), "the identity")
        )
    }

    static func key(_ number: Int, maxResults: Int64? = nil) -> PageKey {
        PageKey(
            dataset: DatasetScope(
                owner: owner(number),
                dataset: need(DatasetName("preferences"), "the dataset")
            ),
            since: 0,
            maxResults: maxResults
        )
    }
}
