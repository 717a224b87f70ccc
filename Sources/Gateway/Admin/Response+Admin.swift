internal import CognitoSync
internal import Foundation
internal import GatewayConfiguration
internal import HTTPTypes
internal import Messages

/// The body of a short response.
struct AdminMessage: Encodable {
    var status: String?
    var error: String?
    var problems: [String]?
    var warnings: [String]?
    var changed: [String]?
    var pendingRestart: [PendingKey]?
    var pages: [String]?
}

struct PurgeResponse: Encodable {
    var removed: Int
}

extension Response {
    static func json(_ status: HTTPResponse.Status, _ body: some Encodable) -> Self {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let data = (try? encoder.encode(body)) ?? Data("{}".utf8)
        return whole(status, [UInt8](data) + [UInt8(ascii: "\n")], type: "application/json")
    }

    static func plain(_ status: HTTPResponse.Status, _ text: String) -> Self {
        whole(status, Array(text.utf8), type: "text/plain; charset=utf-8")
    }

    static func text(_ text: String, type: String) -> Self { whole(.ok, Array(text.utf8), type: type) }

    /// Returns a page that can load nothing and run nothing, and that no other page can frame.
    static func html(_ text: String) -> Self {
        var response = whole(.ok, Array(text.utf8), type: "text/html; charset=utf-8")
        response.head.headerFields[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        return response
    }

    static func reloaded(_ result: ReloadResult) -> Self {
        switch result {
        case .applied(let warnings, let changed, let pending):
            json(
                .ok,
                AdminMessage(
                    status: "reloaded",
                    warnings: warnings.map(\.description),
                    changed: changed,
                    pendingRestart: pending
                )
            )
        case .refused(let problems):
            json(
                .unprocessableContent,
                AdminMessage(
                    error: "the old configuration stays in force",
                    problems: problems.map(\.description)
                )
            )
        case .nothingToRead: json(.conflict, AdminMessage(error: "started without a configuration file"))
        }
    }

    static func refusal(_ error: AdminError) -> Self {
        switch error {
        case .badRequest(let message): return json(.badRequest, AdminMessage(error: message))
        case .misdirected:
            return json(
                .init(code: 421),
                AdminMessage(
                    error: "this host is not served here; list it in listen.hosts, or set admin.token_file"
                )
            )
        case .forbidden(let message): return json(.forbidden, AdminMessage(error: message))
        // In the shape of AWS, since the sender may be an SDK or a Lambda function.
        case .denied(let message): return APIError.accessDenied(message).response(form: .rest)
        case .notFound:
            return json(
                .notFound,
                AdminMessage(error: "no such page; see 'pages'", pages: AdminRequest.pages)
            )
        case .unauthorized:
            var response = json(
                .unauthorized,
                AdminMessage(
                    error: "the admin token is missing or wrong; send it as 'Authorization: Bearer TOKEN'"
                )
            )
            response.head.headerFields[.wwwAuthenticate] = "Bearer realm=\"syncgate\""
            return response
        case .methodNotAllowed(let allowed):
            var response = json(
                .methodNotAllowed,
                AdminMessage(error: "this path has no such method; use \(allowed)")
            )
            response.head.headerFields[.allow] = allowed
            return response
        }
    }

    private static func whole(_ status: HTTPResponse.Status, _ body: [UInt8], type: String) -> Self {
        var head = HTTPResponse(status: status)
        head.headerFields[.contentType] = type
        head.headerFields[.cacheControl] = "no-store"
        head.headerFields[.xContentTypeOptions] = "nosniff"
        return Response(head: head, body: body)
    }
}
