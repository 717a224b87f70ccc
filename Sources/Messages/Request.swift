package import HTTPTypes

/// A whole HTTP request: what crosses the boundary between targets.
///
/// The body is bounded by whoever reads it from a socket (the server's `limits.body`), so holding it whole is
/// safe: requests of this API are small JSON documents.
package struct Request: Sendable, Equatable {
    package var head: HTTPRequest
    package var body: [UInt8]

    package init(head: HTTPRequest, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }
}

/// A whole HTTP response; its body is bounded as a request's is.
package struct Response: Sendable, Equatable {
    package var head: HTTPResponse
    package var body: [UInt8]

    package init(head: HTTPResponse, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }
}
