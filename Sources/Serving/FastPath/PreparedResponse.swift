import HTTPTypes
package import Messages

/// A response whose bytes are ready, except for the fields that vary.
package struct PreparedResponse: Sendable {
    /// The status line and the fields, without the empty line.
    let head: [UInt8]
    /// The bytes after the date: the length, and the end of the head.
    let ending: [UInt8]
    /// The body that is copied behind the head; empty where `sharedBody` is not nil.
    let body: [UInt8]
    /// The body that is sent from one memory, for all who send this response.
    let sharedBody: SharedBody?

    /// The number of bytes without the body.
    package var overhead: Int { head.count + ending.count }
}

extension PreparedResponse {
    /// Prepares a response.
    ///
    /// - Parameter sharedBody: The body in place of that of `response`, which is empty then.
    /// - Returns: Nil if the server would write no date or no length of its own, or would not send the head.
    package init?(_ response: Response, sharedBody: SharedBody? = nil) {
        let code = response.head.status.code
        guard code != 204, code != 304, !response.head.headerFields.contains(.date),
            let head = ResponseEncoding.lines(code, response.head.headerFields)
        else { return nil }
        self.head = head
        let length = sharedBody?.count ?? response.body.count
        ending = [UInt8]("\r\ncontent-length: \(length)\r\n\r\n".utf8)
        body = sharedBody == nil ? response.body : []
        self.sharedBody = sharedBody
    }
}
