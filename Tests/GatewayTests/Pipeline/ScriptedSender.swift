import Gateway
import HTTPTypes
import Messages
import Synchronization
import Upstream

/// An origin that answers as a script says, and remembers what it was sent; no socket is involved.
final class ScriptedSender: RequestSender {
    /// One call: which it is, from 0, and what came.
    struct RequestContext: Sendable {
        let number: Int
        let request: Request
        let deadline: Duration?

        var path: String { request.head.path ?? "" }
        var method: HTTPRequest.Method { request.head.method }
    }

    typealias Script = @Sendable (RequestContext) async throws(UpstreamError) -> Response

    private let received = Mutex<[RequestContext]>([])
    private let script: Mutex<Script>
    /// Fires when a call has come, before it is answered.
    let arrived = Signal()

    init(_ script: @escaping Script) { self.script = Mutex(script) }

    static func failing(_ kind: UpstreamError.Kind, _ phase: UpstreamError.Phase) -> Script {
        let error = UpstreamError(kind, phase: phase, detail: "a secret detail")
        return { _ throws(UpstreamError) in throw error }
    }

    static func giving(_ response: Response) -> Script {
        { _ throws(UpstreamError) in response }
    }

    var calls: [RequestContext] { received.withLock { $0 } }
    var count: Int { calls.count }

    func answer(_ script: @escaping Script) { self.script.withLock { $0 = script } }

    func send(_ request: Request, deadline: Duration?) async throws(UpstreamError) -> Response {
        let context = received.withLock { calls in
            calls.append(RequestContext(number: calls.count, request: request, deadline: deadline))
            return calls[calls.count - 1]
        }
        let script = script.withLock { $0 }
        arrived.fire()
        let answer = try await script(context)
        return context.isDescription && answer.isPage
            ? .description : answer.page(since: context.lastSyncCount)
    }
}

extension ScriptedSender.RequestContext {
    /// DescribeDataset.
    fileprivate var isDescription: Bool {
        method == .get && path.contains("/datasets/") && !path.contains("/records")
    }

    fileprivate var lastSyncCount: Int {
        path.split(separator: "lastSyncCount=").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
            ?? 0
    }
}

extension Response {
    fileprivate var isPage: Bool { syncCount != nil }

    /// The page without what the caller knows already; a script may then answer as if all were asked for.
    fileprivate func page(since: Int) -> Response {
        guard let syncCount, syncCount <= since, let records = content.firstRange(of: /"Records":\[\{.*?\}\]/)
        else { return self }
        var page = self
        page.body = [UInt8](content.replacingCharacters(in: records, with: #""Records":[]"#).utf8)
        return page
    }

    /// What DescribeDataset says, of a dataset that has always been there.
    fileprivate static let description = aws(#"{"Dataset":{"CreationDate":1.3E9,"DatasetName":"profile"}}"#)

    /// The DatasetSyncCount of a page; nil for what is none.
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
    /// An answer as AWS gives it.
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

    /// A page of ListRecords with one record.
    static func page(_ syncCount: Int, _ value: String = "v") -> Response {
        aws(
            """
            {"Count":1,"DatasetDeletedAfterRequestedSyncCount":false,"DatasetExists":true,\
            "DatasetSyncCount":\(syncCount),"LastModifiedBy":"123456789012","MergedDatasetNames":null,"NextToken":null,\
            "Records":[{"Key":"k","Value":"\(value)","SyncCount":\(syncCount),"LastModifiedDate":1.440938160607E9}],\
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

    /// The answer to UpdateRecords.
    static func updated(_ syncCount: Int) -> Response {
        aws(#"{"Records":[{"Key":"k","Value":"v","SyncCount":\#(syncCount)}]}"#)
    }

    var content: String { String(decoding: body, as: UTF8.self) }
    var status: Int { head.status.code }

    subscript(field: String) -> String? { head.headerFields[.named(field)] }
}

extension HTTPField.Name {
    /// A name that a test writes down; it is one.
    static func named(_ text: String) -> Self { Self(text) ?? .via }
}
