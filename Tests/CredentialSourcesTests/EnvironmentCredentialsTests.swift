import SigV4
import Testing

@testable import CredentialSources

struct EnvironmentCredentialsTests {
    private func load(_ environment: [String: String]) async throws -> Credentials? {
        try await EnvironmentCredentials(environment: environment).load()
    }

    @Test
    func bothKeysAndTheTokenAreTaken() async throws {
        let credentials = try await load([
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": " secret\n", "AWS_SESSION_TOKEN": "token",
        ])
        #expect(
            credentials
                == Credentials(
                    accessKeyID: "AKID",
                    secretAccessKey: Secret("secret"),
                    sessionToken: Secret("token")
                )
        )
    }

    @Test
    func aBlankTokenIsNone() async throws {
        let credentials = try await load([
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": " ",
        ])
        #expect(credentials?.sessionToken == nil)
    }

    @Test(arguments: [
        [:], ["AWS_ACCESS_KEY_ID": ""], ["AWS_ACCESS_KEY_ID": " ", "AWS_SECRET_ACCESS_KEY": "\t"],
        ["AWS_SESSION_TOKEN": "token"],
    ])
    func withoutKeysThereAreNoCredentials(_ environment: [String: String]) async throws {
        #expect(try await load(environment) == nil)
    }

    @Test(arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    func oneKeyAloneIsAnErrorThatNamesTheVariablesAndNotTheValue(_ variable: String) async throws {
        let error = try await #require(throws: CredentialsError.self) { try await load([variable: "hush"]) }
        #expect(error.description.contains("AWS_ACCESS_KEY_ID"))
        #expect(error.description.contains("AWS_SECRET_ACCESS_KEY"))
        #expect(!error.description.contains("hush"))
    }

    @Test
    func theOldNameOfTheTokenCountsWithoutTheNewOne() async throws {
        var environment = [
            "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SECURITY_TOKEN": "old",
        ]
        #expect(
            try await EnvironmentCredentials(environment: environment).load()?.sessionToken?.text == "old"
        )
        environment["AWS_SESSION_TOKEN"] = "new"
        #expect(
            try await EnvironmentCredentials(environment: environment).load()?.sessionToken?.text == "new"
        )
    }
}
