import Testing

@testable import Gateway

/// The cleaning of texts of AWS before a log shows them.
@Suite struct FailureTextTests {
    @Test(arguments: [
        ("Rate exceeded", "Rate exceeded"),
        ("first\nsecond", "first"),
        ("x-amz-security-token:abc def", "x-amz-security-token:[hidden] def"),
        ("Signature=abc, Credential=AKIDEXAMPLE", "Signature=[hidden], Credential=AKIDEXAMPLE"),
        (
            "User: arn:aws:iam::123456789012:user/app is not authorized to perform: cognito-sync:ListRecords",
            "User: arn:aws:iam::123456789012:user/app is not authorized to perform: cognito-sync:ListRecords"
        ),
        (
            "on arn:aws:cognito-sync:r:1:identitypool/r:p/identity/r:someone/dataset/mine today",
            "on arn:aws:cognito-sync:r:1:identitypool/r:p/identity/[hidden]/dataset/[hidden] today"
        ),
        ("on identitypool/p/identity/i/dataset/null", "on identitypool/p/identity/[hidden]/dataset/null"),
    ])
    func aTextIsScrubbed(given: String, wanted: String) {
        #expect(FailureText.scrubbed(given) == wanted)
    }

    @Test func longRunsAreHiddenAndLongTextsCut() {
        let run = String(repeating: "aB+/", count: 10)
        #expect(FailureText.scrubbed("a \(run) b") == "a [hidden] b")
        #expect(FailureText.scrubbed("a \(run.dropLast()) b") == "a \(run.dropLast()) b")
        #expect(FailureText.scrubbed(String(repeating: "ab ", count: 1000)).count == FailureText.longestText)
    }

    @Test func theFirstClauseEndsBeforeWhatIsRepeated() {
        #expect(FailureText.firstClause("It does not match. 'GET /secret'") == "It does not match")
        #expect(FailureText.firstClause("It should have been 'GET /secret'") == "It should have been ")
    }
}
