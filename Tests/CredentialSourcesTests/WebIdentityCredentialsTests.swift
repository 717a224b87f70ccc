import SigV4
import Synchronization
import Testing

@testable import CredentialSources

struct WebIdentityCredentialsTests {
    private static let environment = [
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/a",
    ]

    private func load(
        _ service: PlayedService,
        _ environment: [String: String] = environment,
        token: @escaping @Sendable () -> String? = { "hush" }
    ) async throws -> Credentials? {
        try await WebIdentityCredentials(environment: environment, services: service.services()) { path in
            path == "/token" ? token().map { Array($0.utf8) } : nil
        }.load()
    }

    @Test
    func withoutTheVariableItIsNotConfigured() async throws {
        #expect(try await load(PlayedService((500, "")), ["AWS_ROLE_ARN": "arn:a"]) == nil)
        #expect(try await load(PlayedService((500, "")), ["AWS_WEB_IDENTITY_TOKEN_FILE": " "]) == nil)
    }

    @Test
    func theFileIsReadAtEachLoadAndLosesOneLineFeed() async throws {
        let service = PlayedService((200, PlayedService.credentials("AssumeRoleWithWebIdentity")))
        let reads = Mutex(0)
        let token: @Sendable () -> String? = { "token\(reads.withLock { $0 += 1; return $0 })\n\n" }
        _ = try await load(service, token: token)
        var named = Self.environment
        named["AWS_ROLE_SESSION_NAME"] = "mine"
        _ = try await load(service, named, token: token)
        #expect(service.bodies[0].hasSuffix("&RoleSessionName=syncgate&WebIdentityToken=token1%0A"))
        #expect(service.bodies[1].hasSuffix("&RoleSessionName=mine&WebIdentityToken=token2%0A"))
    }

    @Test
    func anExpiredTokenIsReadAgainOnce() async throws {
        let expired = (400, PlayedService.error("ExpiredTokenException"))
        let reads = Mutex(0)
        let token: @Sendable () -> String? = { "token\(reads.withLock { $0 += 1; return $0 })" }
        let good = (200, PlayedService.credentials("AssumeRoleWithWebIdentity"))
        let service = PlayedService(expired, good)
        #expect(try await load(service, token: token)?.accessKeyID == "ASIA")
        #expect(service.bodies.map { $0.suffix(6) } == ["token1", "token2"])
        let hopeless = PlayedService(expired)
        let error = try await #require(throws: CredentialsError.self) { try await load(hopeless) }
        #expect(hopeless.requests.count == 2)
        #expect(
            error.description.contains(
                "got status 400, ExpiredTokenException, request c2e971c2-702d; see that"
            )
        )
    }

    @Test(arguments: [
        (nil, "token file '/token' does not exist"), ("abc", "token file '/token' has 3 bytes"),
        (String(repeating: "a", count: 20_001), "has 20001 bytes; a token has 4 to 20000"),
    ])
    func aFileWithoutATokenIsAnError(_ token: String?, _ words: String) async throws {
        let service = PlayedService((200, ""))
        let error = try await #require(throws: CredentialsError.self) {
            try await load(service, token: { token })
        }
        #expect(error.source == .webIdentity)
        #expect(error.description.contains(words), "\(error)")
        #expect(service.requests.isEmpty)
    }

    @Test
    func whatIsConfiguredAndFailsEndsTheSearch() async throws {
        let service = PlayedService((403, PlayedService.error("AccessDenied")))
        let source = WebIdentityCredentials(environment: Self.environment, services: service.services()) {
            _ in
            Array("hush".utf8)
        }
        let node = PlayedCredentials(
            name: .instance,
            outcome: .success(Credentials(accessKeyID: "node", secretAccessKey: Secret("node")))
        )
        let error = try await #require(throws: CredentialsError.self) {
            try await CredentialsChain([source, node]).load()
        }
        #expect(error.source == .webIdentity)
        #expect(
            error.description
                == "web identity of the environment: asked https://sts.eu-west-1.amazonaws.com/ for "
                + "AssumeRoleWithWebIdentity of 'arn:aws:iam::1:role/a', got status 403, AccessDenied, request "
                + "c2e971c2-702d; let the trust policy of the role name this identity, and its policy allow the action"
        )
        let alone = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token"]
        let missing = try await #require(throws: CredentialsError.self) { try await load(service, alone) }
        #expect(missing.description == "'AWS_WEB_IDENTITY_TOKEN_FILE' is set alone; set AWS_ROLE_ARN too")
    }
}
