package import CognitoSync
import HTTPTypes
package import Messages

/// A request that arrived, as it arrived.
package struct SeenRequest: Sendable {
    /// From 1, in the order of arrival; never used twice.
    package let sequence: Int64
    package let time: Timestamp
    /// The body is cut at `RequestLog.bodyLimit`.
    package let request: Request
    package let bodyBytes: Int
    /// Nil for what could not be read as an operation.
    package let operation: OperationName?
    /// Nil while the answer is being made.
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

/// The newest requests, a bounded number of them, bodies bounded too.
struct RequestLog: Sendable {
    static let bodyLimit = 65_536

    private(set) var entries: [SeenRequest] = []
    private var last: Int64 = 0
    private let limit: Int

    init(limit: Int) { self.limit = max(limit, 0) }

    /// The number under which the request's status is to be told.
    mutating func append(_ request: Request, _ operation: OperationName?, at time: Timestamp) -> Int64 {
        last += 1
        guard limit > 0 else { return last }
        var kept = request
        if kept.body.count > Self.bodyLimit { kept.body.removeSubrange(Self.bodyLimit...) }
        if entries.count == 2 * limit { entries.removeFirst(limit) }
        entries.append(
            SeenRequest(
                sequence: last,
                time: time,
                request: kept,
                bodyBytes: request.body.count,
                operation: operation
            )
        )
        return last
    }

    mutating func responded(_ sequence: Int64, status: Int) {
        guard let first = entries.first?.sequence, sequence >= first else { return }
        let index = Int(sequence - first)
        if entries.indices.contains(index) { entries[index].status = status }
    }

    /// Oldest first.
    var newest: ArraySlice<SeenRequest> { entries.suffix(limit) }
}
