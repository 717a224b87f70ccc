import HTTPTypes
package import Messages

extension HTTPField.Name {
    static let amznErrorType = known("x-amzn-ErrorType")
    static let amznErrorMessage = known("x-amzn-ErrorMessage")
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
            .amznErrorMessage: fieldMessage,
            .contentType: "application/json",
            .syncgateOrigin: "gateway",
        ]
        if let allow { fields[.allow] = allow }
        if status == 415 { fields[.acceptEncoding] = "identity" }
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

    /// The message as a field value: visible ASCII and spaces, at most 512 bytes.
    ///
    /// The AWS SDK for Go v1 reads the message of an error that the model does not have from a field only.
    private var fieldMessage: String {
        String(
            decoding: message.utf8.prefix(512).map { 0x20..<0x7F ~= $0 ? $0 : UInt8(ascii: "?") },
            as: UTF8.self
        )
    }
}
