import CognitoSync
import HTTPTypes
package import Messages

/// The response by which the service refuses a session token, before it applies anything.
///
/// Only the text for a token of other inputs is published; the text for an expired token is not. So a refusal
/// of a parameter or of a right counts if its message names the token.
package enum TokenRefusal {
    /// The text of the live service (seen with status 400, InvalidParameterException).
    package static let message = "SyncSessionToken not valid for these inputs"

    /// Returns whether a response is such a refusal.
    package static func matches(_ response: Response) -> Bool {
        guard response.head.status.code == 400 || response.head.status.code == 403,
            response.errorName == "InvalidParameterException"
                || response.errorName == "NotAuthorizedException"
        else { return false }
        return response.body.firstRange(of: "SyncSessionToken".utf8) != nil
    }
}
