import Foundation
import Messages
import SigV4
import TestSupport
import Testing
import Upstream

@testable import CredentialSources

struct ContainerCredentialsTests {
    private struct Table: Decodable {
        struct Case: Decodable, Sendable, CustomTestStringConvertible {
            struct Outcome: Decodable {
                var Ok: String?
                var ErrorContains: String?
            }
            var docs: String
            var env: [String: String]
            var result: Outcome
            var testDescription: String { docs }
        }
        var tests: [Case]
    }

    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"

    private static func table() -> [Table.Case] {
        (try? Corpora.decode(Table.self, from: "aws-credential-scenarios/ecs-tests.json").tests) ?? []
    }

    @Test(
        .enabled(if: Corpora.available, "the published test data is not beside the project"),
        arguments: table()
    )
    private func theTargetIsThatOfTheSharedTable(_ test: Table.Case) async throws {
        let settings = SharedValues(environment: test.env) { _ in nil }
        guard let url = test.result.Ok else {
            guard !test.env.isEmpty else {
                #expect(try await ContainerTarget.find(settings) == nil)
                return
            }
            let error = await #expect(throws: CredentialsError.self) {
                try await ContainerTarget.find(settings)
            }
            #expect(error?.description.contains("did not specify a host") == true)
            return
        }
        let found = try await ContainerTarget.find(settings) { _ in ["127.0.0.1"] }
        let target = try #require(found)
        #expect("\(target.origin.scheme)://\(target.authority)\(target.path)" == url)
    }

    @Test(arguments: [
        ("http://[::1]:81/a", true), ("http://127.9.9.9/", true), ("http://[FD00:EC2:0::23]/v1", true),
        ("http://local/a", true), ("http://both/a", false), ("http://remote/a", false),
        ("http://10.0.0.1/a", false), ("http://169.254.170.3/", false), ("http://169.254.169.254/", false),
        ("http://[fd00:ec2::254]/", false), ("http://none/", false), ("http://user@127.0.0.1/", false),
        ("ftp://127.0.0.1/", false), ("http://127.1/", false), ("http://127.0.0.1.evil.test/", false),
        ("https://remote/a?x=1", true), ("http://localhost/a b", false), ("http://127.0.0.1/#x", false),
    ])
    func onlyLoopbackAndTheAgentsAreAskedWithoutTLS(_ url: String, _ isAllowed: Bool) async {
        let settings = SharedValues(environment: [Self.full: url]) { _ in nil }
        let target = try? await ContainerTarget.find(settings) { name in
            ["local": ["127.0.0.1", "::1"], "both": ["127.0.0.1", "10.0.0.1"]][name]
                ?? (name == "none" ? [] : ["203.0.113.9"])
        }
        #expect((target != nil) == isAllowed)
        if url.contains("local/") { #expect(target?.authority == "local") }
        if url.contains("local/") { #expect(target?.origin.host == "127.0.0.1") }
    }

    @Test
    func theResolverOfTheSystemKnowsLocalhost() async {
        let addresses = await HostAddresses.resolve("localhost")
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy(HostAddresses.isLoopback))
        #expect(await HostAddresses.resolve("name.invalid").isEmpty)
    }

    @Test
    func theTokenFileIsReadForEachRequestAndWinsOverTheVariable() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let fake = try EndpointFake { _ in .init(body: EndpointFake.document) }
        defer { fake.stop() }
        let source = ContainerCredentials(
            environment: [
                Self.full: "http://169.254.170.23/v1/credentials",
                ContainerAuthorization.fileVariable: file.path, ContainerAuthorization.variable: "other",
            ],
            send: fake.send
        )
        for token in ["first", "second"] {
            try Data(token.utf8).write(to: file)
            let found = try await source.load()
            #expect(found?.accessKeyID == "ASIAFAKE")
            #expect(found?.sessionToken?.text == "t0k3n")
            #expect(found?.expiration == 4_070_908_800)
        }
        #expect(fake.received.map { $0.values("authorization") } == [["first"], ["second"]])
        #expect(fake.received.map { $0.values("host") } == [["169.254.170.23"], ["169.254.170.23"]])
        #expect(fake.received.allSatisfy { $0.values("accept") == ["application/json"] })
        #expect(fake.received.allSatisfy { $0.values("x-forwarded-for").isEmpty })
    }

    @Test(arguments: ["tok\r\nX-Evil: 1", "tok\n", "tok\r", "", "t\u{0}k", "t\u{E9}k"])
    func aTokenThatWouldBreakTheHeaderIsAnError(_ token: String) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(token.utf8).write(to: file)
        let fake = try EndpointFake { _ in .init(body: EndpointFake.document) }
        defer { fake.stop() }
        let environment = [Self.relative: "/x", ContainerAuthorization.fileVariable: file.path]
        let source = ContainerCredentials(environment: environment, send: fake.send)
        let error = await #expect(throws: CredentialsError.self) { try await source.load() }
        #expect(error?.source == .container)
        #expect(error?.description.contains("Evil") == false)
        #expect(fake.asked.isEmpty)
    }

    @Test(arguments: [
        (404, "", "got the status 404"), (503, "", "got the status 503"),
        (200, "no json", "is not a JSON document"), (200, "{}", "lacks Expiration"),
        (200, EndpointFake.document.replacing("ASIAFAKE", with: ""), "lacks AccessKeyId"),
        (200, EndpointFake.document.replacing("t0k3n", with: #"a\r\nb"#), "no header may have"),
        (200, EndpointFake.document.replacing("2099-", with: "next-"), "not a time"),
        (200, EndpointFake.document.replacing("Success", with: "No\\n<b>"), "the code 'Nob'"),
    ])
    func aFailureIsTriedThreeTimesAndNamed(_ status: Int, _ body: String, _ text: String) async throws {
        let fake = try EndpointFake { _ in .init(status: status, body: body) }
        defer { fake.stop() }
        let source = ContainerCredentials(
            environment: [Self.relative: "/v2/x?secret=1"],
            send: fake.send,
            pause: .zero
        )
        let error = await #expect(throws: CredentialsError.self) { try await source.load() }
        let description = try #require(error?.description)
        #expect(description.contains(text), "\(description)")
        #expect(description.contains("container: GET 'http://169.254.170.2/v2/x'"), "\(description)")
        #expect(!description.contains("secret="), "\(description)")
        #expect(!description.contains("s3cr3t"), "\(description)")
        #expect(fake.asked == [String](repeating: "GET http://169.254.170.2/v2/x?secret=1", count: 3))
    }

    @Test
    func anAgentThatComesBackIsHeard() async throws {
        let fake = try EndpointFake { received in
            received.request < 2 ? .init(status: 500) : .init(body: EndpointFake.document)
        }
        defer { fake.stop() }
        let source = ContainerCredentials(
            environment: [Self.relative: "/x"],
            send: fake.send,
            pause: .milliseconds(1)
        )
        #expect(try await source.load()?.accessKeyID == "ASIAFAKE")
        #expect(fake.asked.count == 3)
    }

    @Test
    func withoutVariablesNobodyIsAsked() async throws {
        let source = ContainerCredentials(
            environment: [Self.relative: " "],
            send: { _ throws(UpstreamError) in
                throw UpstreamError(.unavailable, phase: .notSent, detail: "asked")
            }
        )
        #expect(try await source.load() == nil)
    }
}
