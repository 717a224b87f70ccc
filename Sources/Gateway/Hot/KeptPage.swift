import HTTPTypes
package import Messages
package import Serving

/// An answer as the table keeps it: what came, and what of it can be sent as it is.
package final class KeptPage: Sendable {
    package let response: Response
    /// With the fields that all answers have; nil if the server has to look at it each time.
    package let prepared: PreparedAnswer?
    /// It says that the dataset does not exist.
    let isAbsent: Bool
    let status: Int
    let bodyLength: Int
    let upstreamRequestID: String?

    package init(_ response: Response, isAbsent: Bool = false) {
        self.response = response
        self.isAbsent = isAbsent
        var complete = response
        complete.head.headerFields.setCommonFields()
        prepared = PreparedAnswer(complete)
        status = response.head.status.code
        bodyLength = response.body.count
        upstreamRequestID = response.head.headerFields[.amznRequestID]
    }

    /// About what it takes to keep the answer; the body is held once.
    var cost: Int { response.cost + (prepared?.overhead ?? 0) }
}

extension HTTPFields {
    /// The fields that are the same in every answer of the gateway.
    mutating func setCommonFields() {
        self[.via] = "1.1 syncgate"
        self[.cacheControl] = "private, no-store"
    }
}
