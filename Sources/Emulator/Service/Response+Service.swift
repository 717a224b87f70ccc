import HTTPTypes
import Messages

extension HTTPField.Name {
    static let requestID = known("x-amzn-RequestId")
    static let errorType = known("x-amzn-ErrorType")

    /// Returns a field name from a literal of this file: only a bug, not an input, can make it invalid.
    private static func known(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("not a field name: \(name)") }
        return name
    }
}

extension Response {
    /// Creates a response in the form of the service, without a body if there is no document.
    init(_ document: JSONValue?, requestID: String, nulls: Bool) {
        var head = HTTPResponse(status: .ok)
        head.headerFields[.requestID] = requestID
        head.headerFields[.contentType] = "application/json"
        self.init(head: head, body: document?.encoded(nulls: nulls) ?? [])
    }

    /// Creates an error response in the form of the service.
    ///
    /// The name is in a field and the text in lower-case `message`; there is nothing else.
    init(_ error: ServiceError, requestID: String, suffix: Bool) {
        self.init(.object([("message", .string(error.message))]), requestID: requestID, nulls: true)
        head.status = HTTPResponse.Status(code: error.status)
        head.headerFields[.errorType] =
            error.name + (suffix ? ":http://internal.amazon.com/coral/com.amazonaws.cognito.sync.model/" : "")
    }
}
