/// An error of the service: the name of its shape in the API model, its status, and its text.
package struct ServiceError: Error, Sendable, Equatable {
    package let status: Int
    package let name: String
    package let message: String

    static func invalidParameter(_ message: String) -> Self {
        Self(status: 400, name: "InvalidParameterException", message: message)
    }

    static func limitExceeded(_ message: String) -> Self {
        Self(status: 400, name: "LimitExceededException", message: message)
    }

    static func notFound(_ message: String) -> Self {
        Self(status: 404, name: "ResourceNotFoundException", message: message)
    }

    static func notAuthorized(_ message: String) -> Self {
        Self(status: 403, name: "NotAuthorizedException", message: message)
    }

    /// Returns the conflict of a record, with the exact text of the live service: SDKs compare its beginning.
    static func conflict(key: RecordKey, current: Int64, given: Int64) -> Self {
        Self(
            status: 409,
            name: "ResourceConflictException",
            message: "Current SyncCount for: \(key.text) is: \(current) not: \(given)"
        )
    }

    /// Returns the error for a count that the dataset never had, with the text of the live service.
    static func noSuchSyncCount(_ count: Int64) -> Self {
        invalidParameter("No such SyncCount: \(count) exists for this Dataset")
    }

    /// The error for a session token of another dataset or identity, with the text of the live service.
    static let tokenNotValid = invalidParameter("SyncSessionToken not valid for these inputs")

    static func maxResults(_ value: Int64) -> Self {
        let bound = value < 1 ? "greater than or equal to 1" : "less than or equal to 1024"
        return invalidParameter(
            "1 validation error detected: Value '\(value)' at 'maxResults' failed to satisfy constraint: "
                + "Member must have value \(bound)"
        )
    }

    static let unknownOperation = Self(
        status: 404,
        name: "UnknownOperationException",
        message: "There is no such path in this API."
    )

    /// The refusal of a command that a web page sends.
    static let pageRefused = Self(
        status: 403,
        name: "AccessDeniedException",
        message: "Commands are not open to web pages, nor under a host name other than localhost."
    )
}
