package import HTTPTypes

/// A whole HTTP response.
///
/// Its body is limited as that of a request is.
package struct Response: Sendable, Equatable {
    package var head: HTTPResponse
    package var body: [UInt8]

    package init(head: HTTPResponse, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }
}
