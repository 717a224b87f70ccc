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
    /// The name is in a field and the text in lower-case `message`; there is nothing else. A denial by IAM has
    /// a colon after the name, and its text is in `Message`, which not all SDKs read.
    init(_ error: ServiceError, requestID: String, _ rules: ServiceRules = ServiceRules()) {
        let isDenial = error.name == "AccessDeniedException" && rules.accessDeniedForm == .iam
        let member = isDenial ? "Message" : "message"
        self.init(.object([(member, .string(error.message))]), requestID: requestID, nulls: true)
        head.status = HTTPResponse.Status(code: error.status)
        let uri = "http://internal.amazon.com/coral/com.amazonaws.cognito.sync.model/"
        let suffix = rules.errorTypeSuffix ? ":" + uri : isDenial ? ":" : ""
        head.headerFields[.errorType] = error.name + suffix
    }
}
