import CognitoSync
import HTTPTypes
package import Messages

/// Knows the answer by which the service refuses a session token, before it has looked at anything else.
///
/// Published is one text only, for a token of other inputs; what an expired one gets is not. So every refusal of a
/// parameter or of a right counts whose message speaks of the token.
package enum TokenRefusal {
    /// The live text (seen with status 400, InvalidParameterException).
    package static let message = "SyncSessionToken not valid for these inputs"

    package static func isOne(_ response: Response) -> Bool {
        guard response.head.status.code == 400 || response.head.status.code == 403,
            response.errorName == "InvalidParameterException"
                || response.errorName == "NotAuthorizedException"
        else { return false }
        return response.body.firstRange(of: "SyncSessionToken".utf8) != nil
    }
}
