import HTTPTypes
package import Messages
package import Serving

/// A response as the table keeps it, with the bytes that the fast path sends.
package final class CachedPage: Sendable {
    /// The response; its body is empty where `sharedBody` is not nil.
    private let stored: Response
    /// A large body, which all responses send from one memory.
    let sharedBody: SharedBody?
    /// The response with the fields that all responses have, as bytes; nil for one that cannot be prepared.
    package let prepared: PreparedResponse?
    /// Whether the response says that the dataset does not exist.
    let isAbsent: Bool
    let status: Int
    let bodyLength: Int
    let upstreamRequestID: String?
    /// Whether it has no id of upstream, which a hit asks without a copy of the text.
    let hasNoRequestID: Bool

    package init(_ response: Response, isAbsent: Bool = false) {
        var stored = response
        if response.body.count >= SharedBody.least {
            sharedBody = SharedBody(response.body)
            stored.body = []
        } else {
            sharedBody = nil
        }
        self.stored = stored
        self.isAbsent = isAbsent
        stored.head.headerFields.appendCommonFields()
        prepared = PreparedResponse(stored, sharedBody: sharedBody)
        status = response.head.status.code
        bodyLength = response.body.count
        upstreamRequestID = response.head.headerFields.value(of: .amznRequestID)
        hasNoRequestID = upstreamRequestID == nil
    }

    /// The approximate memory of the page, in bytes.
    ///
    /// The body is stored once.
    var cost: Int { stored.cost + (sharedBody?.count ?? 0) + (prepared?.overhead ?? 0) }

    /// The response with its body, of which a large one is a copy.
    package var response: Response {
        guard let sharedBody else { return stored }
        return Response(head: stored.head, body: sharedBody.bytes)
    }

    /// The response with an empty body where `sharedBody` is not nil.
    var responseBesideSharedBody: Response { stored }
}

extension HTTPFields {
    private static let via = HTTPField(name: .via, value: "1.1 syncgate")
    private static let cacheControl = HTTPField(name: .cacheControl, value: "private, no-store")

    /// Appends the fields that are the same in every response of the gateway.
    ///
    /// No response has them before: own responses are made without them, and those of upstream are not passed
    /// on (`Response.allowed`). So they are not looked for.
    mutating func appendCommonFields() {
        append(Self.via)
        append(Self.cacheControl)
    }
}
