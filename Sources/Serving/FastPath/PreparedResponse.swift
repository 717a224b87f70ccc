import HTTPTypes
package import Messages

/// An answer of which the bytes are made, but for the fields that vary.
package struct PreparedResponse: Sendable {
    /// The status line and the fields, without the empty line.
    let head: [UInt8]
    /// What follows the date: the length, and the end of the head.
    let ending: [UInt8]
    let body: [UInt8]

    /// Bytes that it holds beside the body.
    package var overhead: Int { head.count + ending.count }
}

extension PreparedResponse {
    /// Nil where the server has more to say about the answer than its date and its length.
    package init?(_ response: Response) {
        let code = response.head.status.code
        guard code != 204, code != 304, !response.head.headerFields.contains(.date),
            let head = ResponseEncoding.lines(code, response.head.headerFields)
        else { return nil }
        self.head = head
        ending = [UInt8]("\r\ncontent-length: \(response.body.count)\r\n\r\n".utf8)
        body = response.body
    }
}
