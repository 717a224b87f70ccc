import Gateway
import HTTPTypes
import Messages
import Synchronization
import TestSupport
import Upstream

/// An upstream that responds as a script says and records the requests.
///
/// It has no socket.
final class ScriptedSender: RequestSender {
    /// A request that the sender received, with its number, from 0.
    struct ReceivedRequest: Sendable {
        let number: Int
        let request: Request
        let deadline: Duration?

        var path: String { request.head.path ?? "" }
        var method: HTTPRequest.Method { request.head.method }
    }

    typealias Script = @Sendable (ReceivedRequest) async throws(UpstreamError) -> Response

    private let received = Mutex<[ReceivedRequest]>([])
    private let script: Mutex<Script>
    /// Fires for each request, before its response.
    let arrived = Signal()

    init(_ script: @escaping Script) { self.script = Mutex(script) }

    static func failing(_ kind: UpstreamError.Kind, _ phase: UpstreamError.Phase) -> Script {
        let error = UpstreamError(kind, phase: phase, detail: "a secret detail")
        return { _ throws(UpstreamError) in throw error }
    }

    static func giving(_ response: Response) -> Script {
        { _ throws(UpstreamError) in response }
    }

    var requests: [ReceivedRequest] { received.withLock { $0 } }
    var count: Int { requests.count }

    /// Replaces the script.
    func respond(_ script: @escaping Script) { self.script.withLock { $0 = script } }

    func send(_ wire: WireRequest, deadline: Duration?) async throws(UpstreamError) -> WireResponse {
        let request = Request(wire)
        let received = received.withLock { requests in
            requests.append(ReceivedRequest(number: requests.count, request: request, deadline: deadline))
            return requests[requests.count - 1]
        }
        let script = script.withLock { $0 }
        arrived.fire()
        let response = try await script(received)
        let isOther = received.isDescription && response.isPage
        return WireResponse(isOther ? .description : response.page(since: received.lastSyncCount))
    }
}

extension ScriptedSender.ReceivedRequest {
    /// Whether the request is a DescribeDataset.
    fileprivate var isDescription: Bool {
        method == .get && path.contains("/datasets/") && !path.contains("/records")
    }

    /// The lastSyncCount of a ListRecords; 0 without one.
    var lastSyncCount: Int {
        path.split(separator: "lastSyncCount=").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
            ?? 0
    }
}

extension Response {
    fileprivate var isPage: Bool { syncCount != nil }

    /// Returns the page without the records that the caller knows, so that a script may always return all.
    fileprivate func page(since: Int) -> Response {
        guard let syncCount, syncCount <= since, let records = content.firstRange(of: /"Records":\[\{.*?\}\]/)
        else { return self }
        var page = self
        page.body = [UInt8](content.replacingCharacters(in: records, with: #""Records":[]"#).utf8)
        return page
    }

    /// The response to DescribeDataset, for a dataset that has always existed.
    fileprivate static let description = aws(#"{"Dataset":{"CreationDate":1.3E9,"DatasetName":"profile"}}"#)

    /// The DatasetSyncCount of a page; nil for other responses.
    var syncCount: Int? {
        content.firstMatch(of: /"DatasetSyncCount":(\d+)/).flatMap { Int($0.1) }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}

extension Response {
    /// Returns a response in the shape of AWS.
    static func aws(
        _ body: String,
        status: Int = 200,
        _ fields: [HTTPField.Name: String] = [:]
    ) -> Response {
        var head = HTTPResponse(status: .init(code: status))
        head.headerFields[.contentType] = "application/json"
        for (name, value) in fields { head.headerFields[name] = value }
        return Response(head: head, body: [UInt8](body.utf8))
    }

    static func awsError(_ status: Int, _ name: String, _ message: String = "no") -> Response {
        aws(#"{"message":"\#(message)"}"#, status: status, [.named("x-amzn-ErrorType"): name])
    }

    /// The LastModifiedDate of a record: a millisecond later for each count.
    private static func date(of syncCount: Int) -> String { "1.440938160\(606 + syncCount)E9" }

    /// Returns a page of ListRecords with one record.
    static func page(_ syncCount: Int, _ value: String = "v") -> Response {
        aws(
            """
            {"Count":1,"DatasetDeletedAfterRequestedSyncCount":false,"DatasetExists":true,\
            "DatasetSyncCount":\(syncCount),"LastModifiedBy":"123456789012","MergedDatasetNames":null,"NextToken":null,\
            "Records":[{"Key":"k","Value":"\(value)","SyncCount":\(syncCount),"LastModifiedDate":\(date(of: syncCount))}],\
            "SyncSessionToken":"token"}
            """,
            [.named("x-amzn-RequestId"): "aws-\(syncCount)", .date: "Sun, 30 Aug 2015 12:36:00 GMT"]
        )
    }

    static let absentPage = aws(
        """
        {"Count":0,"DatasetDeletedAfterRequestedSyncCount":false,"DatasetExists":false,"DatasetSyncCount":0,\
        "Records":[],"SyncSessionToken":"token"}
        """
    )

    /// Returns a response to UpdateRecords.
    static func updated(_ syncCount: Int) -> Response {
        let date = date(of: syncCount)
        return aws(
            #"{"Records":[{"Key":"k","Value":"v","SyncCount":\#(syncCount),"LastModifiedDate":\#(date)}]}"#
        )
    }

    var content: String { String(decoding: body, as: UTF8.self) }
    var status: Int { head.status.code }

    subscript(field: String) -> String? { head.headerFields[.named(field)] }
}

extension HTTPField.Name {
    /// Returns the name of a field.
    ///
    /// The text must be a valid name.
    static func named(_ text: String) -> Self { Self(text) ?? .via }
}
