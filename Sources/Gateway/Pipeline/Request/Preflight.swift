import CognitoSync
import HTTPTypes
import Messages

/// The answers to a browser that asks for a listed page (the Fetch standard, "CORS protocol").
///
/// The fields are those of the service, with the one page in place of `*`.
enum Preflight {
    /// The names of request fields that pages may send, in lower case.
    private static let allowed: Set<String> = [
        "accept", "amz-sdk-invocation-id", "amz-sdk-request", "authorization", "cache-control",
        "content-type",
        "traceparent", "tracestate", "x-amz-client-context", "x-amz-content-sha256", "x-amz-date",
        "x-amz-security-token", "x-amz-target", "x-amz-user-agent", "x-request-id",
    ]

    /// Returns the response to OPTIONS.
    ///
    /// - Throws: `invalid` with UnknownOperationException for a path that the API does not have.
    static func response(to request: Request) throws(GatewayError) -> Response {
        let methods = RequestDecoder.methods(of: request)
        if methods.isEmpty { throw .invalid(.unknownOperation("There is no such path in this API.")) }
        var fields: HTTPFields = [
            .accessControlAllowMethods: methods.map(\.rawValue).joined(separator: ", "),
            .accessControlMaxAge: "172800",
        ]
        let asked = request.head.headerFields[.accessControlRequestHeaders] ?? ""
        let names = asked.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
        let granted = names.filter(allowed.contains)
        if !granted.isEmpty { fields[.accessControlAllowHeaders] = granted.joined(separator: ", ") }
        return Response(head: HTTPResponse(status: .ok, headerFields: fields))
    }

    /// Adds the fields that let a listed page read a response.
    static func expose(_ response: inout Response, to page: String) {
        response.head.headerFields[.accessControlAllowOrigin] = page
        response.head.headerFields[.accessControlExposeHeaders] =
            "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"
        response.head.headerFields[.vary] = "Origin"
    }
}
