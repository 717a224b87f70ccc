import Foundation
import Messages
import SigV4
import TestSupport
import Testing

@testable import CredentialSources

/// The recorded runs of container and instance credentials that all AWS SDKs share, over real connections.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct EndpointScenarioTests {
    private struct Endpoint: Decodable, Sendable, CustomTestStringConvertible {
        struct Outcome: Decodable {
            var Ok: String?
            var Err: String?
        }
        var docs: String
        var env: [String: String]
        var fs: [String: String]
        var endpoint_override: String?
        var mode_override: String?
        var result: Outcome
        var testDescription: String { docs }
    }
    private struct EndpointTable: Decodable { var tests: [Endpoint] }

    private struct Traffic: Decodable {
        struct Event: Decodable {
            struct Action: Decodable {
                struct Sent: Decodable {
                    struct Head: Decodable {
                        var method: String
                        var uri: String
                        var headers: [String: [String]]
                    }
                    var request: Head
                }
                struct Got: Decodable {
                    struct Outcome: Decodable {
                        struct Head: Decodable { var status: Int }
                        var Ok: Head
                    }
                    var response: Outcome
                }
                struct Bytes: Decodable {
                    struct Text: Decodable { var Utf8: String }
                    var data: Text
                    var direction: String
                }
                var Request: Sent?
                var Response: Got?
                var Data: Bytes?
            }
            var connection_id: Int
            var action: Action
        }
        var events: [Event]
    }

    private struct Scenario: Decodable {
        struct Outcome: Decodable {
            struct Keys: Decodable {
                var access_key_id: String
                var secret_access_key: String
                var session_token: String
                var expiry: Int64
            }
            var Ok: Keys?
        }
        var result: Outcome
    }

    private static func endpoints() -> [Endpoint] {
        let path = "aws-credential-scenarios/imds-config/imds-endpoint-tests.json"
        return (try? Corpora.decode(EndpointTable.self, from: path).tests) ?? []
    }

    /// The overrides of the table are those of an SDK's builder; an operator has the variables.
    @Test(arguments: endpoints())
    private func theEndpointIsThatOfTheSharedTable(_ test: Endpoint) throws {
        var environment = test.env
        if let endpoint = test.endpoint_override { environment[InstanceEndpoint.endpointVariable] = endpoint }
        if let mode = test.mode_override { environment[InstanceEndpoint.modeVariable] = mode }
        let settings = SharedValues(environment: environment) { path in
            test.fs[path].map { [UInt8]($0.utf8) }
        }
        if let url = test.result.Ok {
            let origin = try InstanceEndpoint(settings).origin
            #expect(origin.url + "latest/api/token" == url)
        } else {
            let error = #expect(throws: CredentialsError.self) { try InstanceEndpoint(settings) }
            let mode = test.result.Err?.contains("endpoint mode") == true
            #expect(
                error?.description.contains(mode ? "is not a valid endpoint mode" : "is not a URL") == true
            )
        }
    }

    /// The scenarios that the two sources decide alone, with a part of the error where ours has other words.
    private static let scenarios: [(String, error: String?)] = [
        ("ecs_credentials", nil), ("ecs_credentials_invalid_profile", nil),
        ("eks_pod_identity_credentials", nil), ("eks_pod_identity_no_token_file", "does not exist"),
        ("imds_config_with_no_creds", nil), ("imds_default_chain_error", "no source has credentials"),
        ("imds_default_chain_retries", nil), ("imds_default_chain_success", nil),
        ("imds_disabled", "AWS_EC2_METADATA_DISABLED is true"),
        ("imds_no_iam_role", "the instance has no role"), ("imds_token_fail", "turned off"),
    ]

    @Test(arguments: scenarios)
    func theScenarioEndsAsItShould(_ name: String, _ text: String?) async throws {
        let root = "aws-credential-scenarios/default-credential-provider-chain/\(name)"
        var environment = try Corpora.decode([String: String].self, from: "\(root)/env.json")
        // The recording SDK repeats a request; ours does so where the variable says it.
        if name == "imds_default_chain_retries" { environment[InstanceEndpoint.attemptsVariable] = "2" }
        let file = ContainerAuthorization.fileVariable
        if let path = environment[file] {
            environment[file] = Corpora.root.appending(path: "\(root)/fs\(path)").path
        }
        let hasTraffic = try Corpora.list(root).contains("http-traffic.json")
        let events =
            hasTraffic ? try Corpora.decode(Traffic.self, from: "\(root)/http-traffic.json").events : []
        let canned = Self.canned(events)
        let fake = try EndpointFake { received in
            canned.indices.contains(received.request) ? canned[received.request] : .init(status: 500)
        }
        defer { fake.stop() }
        let chain = CredentialsChain([
            ContainerCredentials(environment: environment, send: fake.send, pause: .zero),
            InstanceCredentials(
                SharedValues(environment: environment) { try? Corpora.bytes("\(root)/fs\($0)") },
                send: fake.send
            ),
        ])
        let expected = try Corpora.decode(Scenario.self, from: "\(root)/test-case.json").result.Ok
        if let text {
            let error = await #expect(throws: CredentialsError.self) { try await chain.load() }
            #expect(expected == nil)
            #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        } else {
            let keys = try #require(expected)
            let found = try await chain.load().credentials
            #expect(found.accessKeyID == keys.access_key_id)
            #expect(found.secretAccessKey.text == keys.secret_access_key)
            #expect(found.sessionToken?.text == keys.session_token)
            #expect(found.expiration == keys.expiry)
        }
        let requests = events.compactMap { $0.action.Request?.request }
        #expect(fake.asked == requests.map { "\($0.method) \($0.uri)" })
        for (request, received) in zip(requests, fake.received) {
            for (field, values) in request.headers where field.hasPrefix("x-aws") || field == "authorization"
            {
                #expect(received.values(field) == values)
            }
        }
    }

    private static func canned(_ events: [Traffic.Event]) -> [EndpointFake.Canned] {
        events.compactMap { event in
            guard let response = event.action.Response?.response else { return nil }
            let body = events.compactMap { other -> String? in
                guard other.connection_id == event.connection_id, let data = other.action.Data,
                    data.direction == "Response"
                else { return nil }
                return data.data.Utf8
            }
            return .init(status: response.Ok.status, body: body.joined())
        }
    }
}
