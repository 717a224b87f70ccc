import Messages
import Testing

@testable import Gateway

@Suite struct TokenRefusalTests {
    @Test(arguments: [
        Response.awsError(400, "InvalidParameterException", TokenRefusal.message),
        .awsError(403, "NotAuthorizedException", "SyncSessionToken has expired"),
    ])
    func bothFormsAreKnown(response: Response) {
        #expect(TokenRefusal.matches(response))
    }

    @Test(arguments: [
        Response.awsError(400, "InvalidParameterException", "No such SyncCount: 3 exists for this Dataset"),
        .awsError(403, "NotAuthorizedException", "Access to Identity is forbidden"),
        .awsError(409, "ResourceConflictException", "Current SyncCount for: SyncSessionToken is: 1 not: 0"),
        .awsError(500, "InternalErrorException", TokenRefusal.message),
        .aws(#"{"SyncSessionToken":"t"}"#),
    ])
    func noOtherResponseIsARefusal(response: Response) {
        #expect(!TokenRefusal.matches(response))
    }
}
