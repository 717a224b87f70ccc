package import CognitoSync
import HTTPTypes
package import Messages

/// A received request and the status of its response.
package struct SeenRequest: Sendable {
    /// The number of the request, from 1 in the order of arrival; never used twice.
    package let sequence: Int64
    package let time: Timestamp
    /// The request as received, with its body cut at ``RequestLog/bodyLimit``.
    package let request: Request
    /// The size of the whole body.
    package let bodyBytes: Int
    /// The operation, or nil if the request does not decode.
    package let operation: OperationName?
    /// The status of the response, or nil until there is one.
    package internal(set) var status: Int?

    var json: JSONValue {
        let head = request.head
        return .object([
            ("sequence", .integer(sequence)),
            ("time", .date(time)),
            ("operation", .string(operation?.rawValue)),
            ("method", .string(head.method.rawValue)),
            ("target", .string(head.path)),
            (
                "headers",
                .array(head.headerFields.map { .array([.string($0.name.rawName), .string($0.value)]) })
            ),
            ("bodyBytes", .integer(Int64(bodyBytes))),
            ("body", .string(String(decoding: request.body, as: UTF8.self))),
            ("status", status.map { .integer(Int64($0)) } ?? .null),
        ])
    }
}

/// The log of the newest requests, bounded in number and in the size of each body.
struct RequestLog: Sendable {
    static let bodyLimit = 65_536

    private(set) var entries: [SeenRequest] = []
    private var last: Int64 = 0
    private let limit: Int

    init(limit: Int) { self.limit = max(limit, 0) }

    /// Appends a request; returns the number to pass to `recordStatus`.
    mutating func append(_ request: Request, _ operation: OperationName?, at time: Timestamp) -> Int64 {
        last += 1
        guard limit > 0 else { return last }
        var logged = request
        if logged.body.count > Self.bodyLimit { logged.body.removeSubrange(Self.bodyLimit...) }
        if entries.count == 2 * limit { entries.removeFirst(limit) }
        entries.append(
            SeenRequest(
                sequence: last,
                time: time,
                request: logged,
                bodyBytes: request.body.count,
                operation: operation
            )
        )
        return last
    }

    mutating func recordStatus(_ sequence: Int64, status: Int) {
        guard let first = entries.first?.sequence, sequence >= first else { return }
        let index = Int(sequence - first)
        if entries.indices.contains(index) { entries[index].status = status }
    }

    /// The newest requests, oldest first.
    var newest: ArraySlice<SeenRequest> { entries.suffix(limit) }
}
