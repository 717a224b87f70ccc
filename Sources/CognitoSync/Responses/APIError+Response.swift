import HTTPTypes
package import Messages

extension HTTPField.Name {
    static let amznErrorType = known("x-amzn-ErrorType")
    static let syncgateOrigin = known("x-syncgate-origin")
    static let amzTarget = known("x-amz-target")
    static let amzClientContext = known("x-amz-client-context")

    /// Returns a field name; all names here are valid, so the fallback is never used.
    private static func known(_ name: String) -> Self { Self(name) ?? .via }
}

extension APIError {
    /// Returns the response in the shape of the service, marked as made by the gateway.
    package func response(form: RequestForm) -> Response {
        var fields: HTTPFields = [
            .amznErrorType: name,
            .contentType: "application/json",
            .syncgateOrigin: "gateway",
        ]
        if let allow { fields[.allow] = allow }
        var body: [UInt8] = []
        if form == .envelope { body.append(contentsOf: #"{"Output":"#.utf8) }
        body.append(contentsOf: #"{"__type":"#.utf8)
        body.append(jsonString: form == .envelope ? Envelope.model + name : name)
        body.append(contentsOf: #","message":"#.utf8)
        body.append(jsonString: message)
        body.append(UInt8(ascii: "}"))
        if form == .envelope { body.append(contentsOf: #","Version":"1.0"}"#.utf8) }
        return Response(head: HTTPResponse(status: .init(code: status), headerFields: fields), body: body)
    }
}
