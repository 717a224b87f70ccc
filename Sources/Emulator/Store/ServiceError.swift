/// A refusal of the service: a shape of the API model, its status, and the text.
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

    /// The text is the live service's, to the letter: clients compare its beginning.
    static func conflict(key: RecordKey, current: Int64, given: Int64) -> Self {
        Self(
            status: 409,
            name: "ResourceConflictException",
            message: "Current SyncCount for: \(key.text) is: \(current) not: \(given)"
        )
    }

    /// The live text for a reader who is ahead of the dataset.
    static func noSuchSyncCount(_ count: Int64) -> Self {
        invalidParameter("No such SyncCount: \(count) exists for this Dataset")
    }

    /// The live text for a session token of another dataset or identity.
    static let tokenNotValid = invalidParameter("SyncSessionToken not valid for these inputs")

    static func maxResults(_ value: Int64) -> Self {
        let bound = value < 1 ? "greater than or equal to 1" : "less than or equal to 1024"
        return invalidParameter(
            "1 validation error detected: Value '\(value)' at 'maxResults' failed to satisfy constraint: "
                + "Member must have value \(bound)"
        )
    }

    static let unknownOperation = Self(status: 404, name: "UnknownOperationException", message: "")
}
