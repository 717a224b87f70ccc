import HTTPTypes
package import Messages
package import Serving

/// An answer as the table keeps it: what came, and what of it can be sent as it is.
package final class CachedPage: Sendable {
    package let response: Response
    /// With the fields that all answers have; nil if the server has to look at it each time.
    package let prepared: PreparedResponse?
    /// It says that the dataset does not exist.
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

    /// About what it takes to keep the answer; the body is held once.
    var cost: Int { response.cost + (prepared?.overhead ?? 0) }
}

extension HTTPFields {
    private static let via = HTTPField(name: .via, value: "1.1 syncgate")
    private static let cacheControl = HTTPField(name: .cacheControl, value: "private, no-store")

    /// The fields that are the same in every answer of the gateway.
    ///
    /// Nothing has them before: the gateway's own answers are made without, and what the origin says of either is
    /// not passed on (`Response.allowed`). So they are not looked for.
    mutating func appendCommonFields() {
        append(Self.via)
        append(Self.cacheControl)
    }
}
