package import HTTPTypes

/// A whole HTTP request, as it crosses the boundary between targets.
///
/// The reader of the socket limits the body (`limits.body`), so holding it in memory is safe: requests of
/// this API are small JSON documents.
package struct Request: Sendable, Equatable {
    package var head: HTTPRequest
    package var body: [UInt8]

    package init(head: HTTPRequest, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }
}
