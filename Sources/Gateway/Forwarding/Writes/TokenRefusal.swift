import CognitoSync
import HTTPTypes
package import Messages

/// The response by which the service refuses a session token, before it applies anything.
///
/// Only the text for a token of other inputs is published; those for an expired and for a spent token are not. So a
/// refusal counts if its message speaks of a token or of a session.
package enum TokenRefusal {
    /// The text of the live service (seen with status 400, InvalidParameterException).
    package static let message = "SyncSessionToken not valid for these inputs"

    /// Returns whether a response is such a refusal.
    package static func matches(_ response: Response) -> Bool {
        guard response.head.status.code == 400 || response.head.status.code == 403,
            let message = response.errorMessage?.lowercased()
        else { return false }
        return message.contains("session") || message.contains("token") && !message.contains("nexttoken")
    }
}
