import CognitoSync
import GatewayConfiguration
import Policy
import Testing

@testable import Gateway

/// The list of callers of a configuration, compiled for decisions.
@Suite struct CallerDirectoryConfigurationTests {
    private func directory(_ text: String) throws -> CallerDirectory? {
        CallerDirectory(try Configuration.load(text: text, name: "f.yaml").configuration.callers)
    }

    @Test func withoutAListThereIsNoDirectory() throws {
        #expect(try directory("") == nil)
        #expect(try directory("callers: { list: [] }")?.names == [])
    }

    @Test func eachPartOfAGrantIsTakenOver() throws {
        let directory = try #require(
            try directory(
                """
                listen: { address: unix:/a }
                callers:
                  by:
                    unix: yes
                    jwt: [{ name: i, issuer: "https://a.example", audiences: [b], identity_claim: c }]
                  list:
                    - { name: none, is: uid:1, may: [] }
                    - name: some
                      is: [uid:2, jwt:i:a]
                      may:
                        - { operations: ListRecords, identity_pools: "us-east-1:0a", datasets: "a.*" }
                        - { name: own, operations: write, identities: own }
                        - { operations: read, identities: ["us-east-1:1a"] }
                """
            )
        )
        let (pool, other) = try (
            #require(IdentityPoolID("us-east-1:0a")), #require(IdentityPoolID("us-east-1:0b"))
        )
        let (mine, yours) = try (#require(IdentityID("us-east-1:1b")), #require(IdentityID("us-east-1:1a")))
        let dataset = try #require(DatasetName("a.b"))
        func decide(
            _ operation: OperationName,
            _ pool: IdentityPoolID,
            _ identity: IdentityID,
            _ dataset: DatasetName? = nil
        ) -> CallerDecision {
            directory.decide(1, operation, pool: pool, identity: identity, dataset: dataset, own: [mine])
        }
        #expect(directory.names == ["none", "some"])
        #expect(directory.number(of: ["uid:2"]) == 1 && directory.number(of: ["jwt:i:a"]) == 1)
        #expect(decide(.listRecords, pool, mine, dataset) == .allowed(0))
        #expect(decide(.listRecords, other, mine, dataset) == .refused(.identity))
        #expect(decide(.listRecords, other, yours, dataset) == .allowed(2))
        #expect(decide(.updateRecords, other, mine, dataset) == .allowed(1))
        #expect(decide(.updateRecords, other, yours, dataset) == .refused(.identity))
        #expect(directory.rule(1, 1) == "some/own")
    }

    /// The texts that requests lead to are those of the configuration.
    @Test func theCandidatesOfRequestsAreThoseOfTheConfiguration() throws {
        let pairs = [
            (CandidateText.uri("spiffe://prod/a"), "spiffe://prod/a"),
            (CandidateText.dns("A.Example"), "a.example"),
            (CandidateText.key("a"), "key:a"), (CandidateText.token(issuer: "i", caller: "a:b"), "jwt:i:a:b"),
            (CandidateText.user(7), "uid:7"), (CandidateText.uri("urn:a:b"), "urn:a:b"),
        ]
        for (text, configured) in pairs {
            #expect(try #require(CallerCandidate(configured)).text == text)
        }
    }
}
