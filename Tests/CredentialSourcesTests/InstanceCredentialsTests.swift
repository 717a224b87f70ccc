import Foundation
import Messages
import SigV4
import TestSupport
import Testing
import Upstream

@testable import CredentialSources

struct InstanceCredentialsTests {
    private typealias Canned = EndpointFake.Canned
    private static let list = "/latest/meta-data/iam/security-credentials/"

    private static func source(
        _ fake: EndpointFake,
        _ environment: [String: String] = [:]
    ) -> InstanceCredentials {
        InstanceCredentials(SharedValues(environment: environment) { _ in nil }, send: fake.send)
    }

    /// A fake of a healthy metadata service, but for the requests that `change` responds to.
    private static func fake(
        _ change: @escaping @Sendable (ScriptedUpstream.Received) -> Canned? = { _ in nil }
    ) throws -> EndpointFake {
        try EndpointFake { received in
            if let canned = change(received) { return canned }
            if received.requestLine.hasPrefix("PUT") { return .init(body: "tok\(received.request)") }
            if received.requestLine.hasPrefix("GET \(list) ") { return .init(body: "my-role\n") }
            return .init(body: EndpointFake.document)
        }
    }

    @Test
    func theRoleIsAskedForAtEachLoadAndTheTokenIsUsedAgain() async throws {
        let fake = try Self.fake()
        defer { fake.stop() }
        let source = Self.source(fake)
        for _ in 0..<2 { #expect(try await source.load()?.accessKeyID == "ASIAFAKE") }
        let base = "http://169.254.169.254"
        #expect(
            fake.asked == [
                "PUT \(base)/latest/api/token", "GET \(base)\(Self.list)", "GET \(base)\(Self.list)my-role",
                "GET \(base)\(Self.list)", "GET \(base)\(Self.list)my-role",
            ]
        )
        let received = fake.received
        #expect(received[0].values("x-aws-ec2-metadata-token-ttl-seconds") == ["21600"])
        #expect(received.dropFirst().allSatisfy { $0.values("x-aws-ec2-metadata-token") == ["tok0"] })
        #expect(received.allSatisfy { $0.values("x-forwarded-for") + $0.values("forwarded") == [] })
    }

    @Test(arguments: [("120", 2), ("121", 1), ("0", 2), ("junk", 1), ("99999999999999999999", 1)])
    func aTokenNearItsEndIsNotUsedAgain(_ life: String, _ count: Int) async throws {
        let fake = try Self.fake { received in
            guard received.requestLine.hasPrefix("PUT") else { return nil }
            return .init(fields: [("x-aws-ec2-metadata-token-ttl-seconds", life)], body: "t")
        }
        defer { fake.stop() }
        let source = Self.source(fake)
        _ = try await source.load()
        #expect(fake.asked.count { $0.hasPrefix("PUT") } >= count)
        #expect((fake.asked.count { $0.hasPrefix("PUT") } == 1) == (count == 1))
    }

    @Test(arguments: [
        (400, "got the status 400"), (403, "turned off"), (404, "only version 1 is there"),
        (405, "only version 1 is there"), (500, "got the status 500"),
    ])
    func aRefusedTokenEndsTheSearch(_ status: Int, _ text: String) async throws {
        let fake = try Self.fake { $0.requestLine.hasPrefix("PUT") ? .init(status: status) : nil }
        defer { fake.stop() }
        let error = await #expect(throws: CredentialsError.self) { try await Self.source(fake).load() }
        #expect(error?.source == .instance)
        #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("PUT 'http://169.254.169.254/latest/api/token'") == true)
        #expect(fake.asked.count == 1, "version 1 must never be used")
    }

    @Test
    func aTokenThatNeverComesNamesTheHopLimit() async throws {
        let fake = try Self.fake { $0.requestLine.hasPrefix("PUT") ? .init(isLost: true) : nil }
        defer { fake.stop() }
        let start = ContinuousClock.now
        let error = await #expect(throws: CredentialsError.self) { try await Self.source(fake).load() }
        #expect(error?.description.contains("the hop limit is 1; set HttpPutResponseHopLimit to 2") == true)
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test
    func noServiceIsPassedOverUnlessItWasThereBefore() async throws {
        let fake = try Self.fake { received in
            received.requestLine.hasPrefix("PUT")
                ? .init(fields: [("x-aws-ec2-metadata-token-ttl-seconds", "120")], body: "t") : nil
        }
        let absent = Self.source(fake, ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"])
        let present = Self.source(fake)
        #expect(try await present.load() != nil)
        fake.stop()
        #expect(try await absent.load() == nil)
        #expect(absent.absence == "no metadata service at 'http://127.0.0.1:1/'")
        let error = await #expect(throws: CredentialsError.self) { try await present.load() }
        #expect(error?.description.contains("check the network of the instance") == true)
    }

    @Test
    func aTokenThatHasEndedIsReplacedOnceALoad() async throws {
        let fake = try Self.fake { received in
            let isOld = received.values("x-aws-ec2-metadata-token") == ["tok0"]
            return isOld ? .init(status: 401) : nil
        }
        defer { fake.stop() }
        #expect(try await Self.source(fake).load()?.accessKeyID == "ASIAFAKE")
        #expect(fake.asked.count { $0.hasPrefix("PUT") } == 2)

        let storm = try Self.fake { $0.requestLine.hasPrefix("GET") ? .init(status: 401) : nil }
        defer { storm.stop() }
        let error = await #expect(throws: CredentialsError.self) { try await Self.source(storm).load() }
        #expect(error?.description.contains("401 with a new token") == true)
        #expect(storm.asked.count == 4)
    }

    @Test(arguments: [(404, "junk"), (200, ""), (200, "\n")])
    func anInstanceWithoutARoleIsPassedOver(_ status: Int, _ body: String) async throws {
        let fake = try Self.fake {
            $0.requestLine.hasPrefix("GET") ? .init(status: status, body: body) : nil
        }
        defer { fake.stop() }
        let source = Self.source(fake)
        #expect(try await source.load() == nil)
        #expect(source.absence == "the instance has no role")
    }

    @Test(arguments: [
        (200, #"{"Code":"AssumeRoleUnauthorizedAccess","Message":"hidden"}"#, "AssumeRoleUnauthorizedAccess"),
        (200, "<html>hidden", "not a JSON document"), (500, "hidden", "got the status 500"),
    ])
    func aRoleThatCannotBeUsedEndsTheSearch(_ status: Int, _ body: String, _ text: String) async throws {
        let fake = try Self.fake {
            $0.requestLine.contains("my-role") ? .init(status: status, body: body) : nil
        }
        defer { fake.stop() }
        let error = await #expect(throws: CredentialsError.self) { try await Self.source(fake).load() }
        let description = try #require(error?.description)
        #expect(description.contains(text))
        #expect(description.contains("security-credentials/my-role'"))
        #expect(!description.contains("hidden"))
    }

    @Test(arguments: ["../../user-data", "a b", "a?b", String(repeating: "r", count: 129)])
    func aNameThatNoRoleHasIsNotAskedFor(_ role: String) async throws {
        let fake = try Self.fake { $0.requestLine.hasPrefix("GET") ? .init(body: role) : nil }
        defer { fake.stop() }
        await #expect(throws: CredentialsError.self) { try await Self.source(fake).load() }
        #expect(fake.asked.count == 2)
    }

    @Test(arguments: [
        ["AWS_EC2_METADATA_DISABLED": "True"],
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"],
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials"],
    ])
    func switchedOffOrInAContainerNobodyIsAsked(_ environment: [String: String]) async throws {
        let fake = try Self.fake()
        defer { fake.stop() }
        #expect(try await Self.source(fake, environment).load() == nil)
        #expect(fake.asked.isEmpty)
    }

    @Test
    func theNumberOfAttemptsAndTheTimeAreThoseOfTheVariables() async throws {
        let fake = try Self.fake { $0.request < 2 ? .init(status: 503) : nil }
        defer { fake.stop() }
        let environment = ["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3", "AWS_METADATA_SERVICE_TIMEOUT": "7"]
        #expect(try await Self.source(fake, environment).load() != nil)
        let settings = try InstanceEndpoint(SharedValues(environment: environment) { _ in nil })
        #expect(settings.timeout == .seconds(7))
        for variable in environment.keys {
            #expect(throws: CredentialsError.self) {
                try InstanceEndpoint(SharedValues(environment: [variable: "0"]) { _ in nil })
            }
        }
    }
}
