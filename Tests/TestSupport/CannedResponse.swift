/// A response that a scripted server gives as a whole.
package struct CannedResponse: Sendable {
    package var status: Int
    package var fields: [(String, String)]
    package var body: String
    /// Whether the response never comes.
    package var isLost: Bool

    package init(
        status: Int = 200,
        fields: [(String, String)] = [],
        body: String = "",
        isLost: Bool = false
    ) {
        self.status = status
        self.fields = fields
        self.body = body
        self.isLost = isLost
    }

    package var steps: [ScriptedUpstream.Step] {
        if isLost { return [.stall] }
        let lines = fields.map { "\($0): \($1)\r\n" }.joined()
        let head = "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n"
        return [.send(head + body)]
    }
}
