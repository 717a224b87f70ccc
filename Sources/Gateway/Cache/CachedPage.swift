import HTTPTypes
package import Messages
package import Serving

/// A response as the table keeps it, with the bytes that the fast path sends.
package final class CachedPage: Sendable {
    package let response: Response
    /// The response with the fields that all responses have, as bytes; nil for one that cannot be prepared.
    package let prepared: PreparedResponse?
    /// Whether the response says that the dataset does not exist.
    let isAbsent: Bool
    let status: Int
    let bodyLength: Int
    let upstreamRequestID: String?

    package init(_ response: Response, isAbsent: Bool = false) {
        self.response = response
        self.isAbsent = isAbsent
        var complete = response
        complete.head.headerFields.appendCommonFields()
        prepared = PreparedResponse(complete)
        status = response.head.status.code
        bodyLength = response.body.count
        upstreamRequestID = response.head.headerFields[.amznRequestID]
    }

    /// The approximate memory of the page, in bytes.
    ///
    /// The body is stored once.
    var cost: Int { response.cost + (prepared?.overhead ?? 0) }
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
