import HTTPTypes
import Messages

extension HTTPField.Name {
    static let requestID = known("x-amzn-RequestId")
    static let errorType = known("x-amzn-ErrorType")

    /// A name that is right by its spelling here: a bug, not an input, could make it wrong.
    private static func known(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("not a field name: \(name)") }
        return name
    }
}

extension Response {
    /// An answer in the service's form; no body where there is no document.
    init(_ document: JSONValue?, requestID: String, nulls: Bool) {
        var head = HTTPResponse(status: .ok)
        head.headerFields[.requestID] = requestID
        head.headerFields[.contentType] = "application/json"
        self.init(head: head, body: document?.encoded(nulls: nulls) ?? [])
    }

    /// A refusal in the service's form: the name in a field, the text in lower-case `message`, nothing else.
    init(_ error: ServiceError, requestID: String, suffix: Bool) {
        self.init(.object([("message", .string(error.message))]), requestID: requestID, nulls: true)
        head.status = HTTPResponse.Status(code: error.status)
        head.headerFields[.errorType] =
            error.name + (suffix ? ":http://internal.amazon.com/coral/com.amazonaws.cognito.sync.model/" : "")
    }
}
