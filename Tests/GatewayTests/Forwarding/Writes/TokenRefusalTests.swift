import Messages
import Testing

@testable import Gateway

/// The responses that are taken for the refusal of a session token, of which few texts are published: C-11.
@Suite struct TokenRefusalTests {
    @Test(arguments: [
        Response.awsError(400, "InvalidParameterException", TokenRefusal.message),
        .awsError(403, "NotAuthorizedException", "SyncSessionToken has expired"),
        .awsError(403, "NotAuthorizedException", "Session has expired"),
        .awsError(400, "InvalidParameterException", "The token was used before"),
        .awsError(400, "ValidationException", "SYNC SESSION is over"),
        .aws(#"{"Message":"Invalid session"}"#, status: 403),
    ])
    func aMessageAboutATokenOrASessionIsOne(response: Response) {
        #expect(TokenRefusal.matches(response))
    }

    @Test(arguments: [
        Response.awsError(400, "InvalidParameterException", "No such SyncCount: 3 exists for this Dataset"),
        .awsError(400, "InvalidParameterException", "Invalid NextToken"),
        .awsError(403, "NotAuthorizedException", "Access to Identity is forbidden"),
        .awsError(409, "ResourceConflictException", "Current SyncCount for: SyncSessionToken is: 1 not: 0"),
        .awsError(500, "InternalErrorException", TokenRefusal.message),
        .aws(#"{"SyncSessionToken":"t"}"#), .aws(#"{"SyncSessionToken":"t"}"#, status: 400),
    ])
    func noOtherResponseIsARefusal(response: Response) {
        #expect(!TokenRefusal.matches(response))
    }
}
