import CognitoSync
import GatewayConfiguration
import Testing

@testable import Gateway

/// The question of `syncgate check --can`.
@Suite struct GrantQuestionTests {
    private static let pool = "us-east-1:0a"

    private func decide(
        _ caller: String,
        _ operation: OperationName,
        pool: String? = pool,
        identity: GrantQuestion.Identity = .any,
        dataset: String? = nil,
        allow: String = ""
    ) throws -> GrantQuestion.Decision {
        let text = """
            listen: { address: unix:/a }
            callers:
              by:
                unix: yes
                jwt: [{ name: i, issuer: "https://a.example", audiences: [b], identity_claim: c }]
              list:
                - name: profile
                  is: [uid:1, jwt:i:a]
                  may:
                    - { operations: ListRecords, identity_pools: "\(Self.pool)" }
                    - { name: own, operations: [UpdateRecords], identities: own, datasets: ["s.*"] }
                    - { operations: admin, identity_pools: "\(Self.pool)" }
            \(allow)
            """
        var question = GrantQuestion(caller: caller, operation: operation)
        question.pool = pool.flatMap { IdentityPoolID($0) }
        question.identity = identity
        question.dataset = dataset.flatMap { DatasetName($0) }
        return question.decide(by: try Configuration.load(text: text, name: "f.yaml").configuration)
    }

    @Test(arguments: ["profile", "uid:1", "jwt:i:a"])
    func aGrantIsNamedWhoeverIsMeant(caller: String) throws {
        let decision = try decide(caller, .listRecords)
        #expect(decision.allowed && decision.caller == "profile" && decision.rule == "profile/1")
        #expect(decision.reason == "the grant profile/1 covers it")
    }

    @Test func anIdentityOfTheTokenIsAskedAboutByOwn() throws {
        #expect(try decide("profile", .updateRecords, identity: .own, dataset: "s.a").rule == "profile/own")
        let identity = try #require(IdentityID("us-east-1:1a"))
        let other = try decide("profile", .updateRecords, identity: .of(identity), dataset: "s.a")
        #expect(other.reason == "no grant of profile is for UpdateRecords on this identity")
        let any = try decide("profile", .updateRecords, dataset: "s.a")
        #expect(
            any.reason.hasSuffix("on any identity; give an identity, or own for one of the caller's token")
        )
        let dataset = try decide("profile", .updateRecords, identity: .own, dataset: "t")
        #expect(dataset.reason == "no grant of profile is for UpdateRecords on this dataset")
        let anyDataset = try decide("profile", .updateRecords, identity: .own)
        #expect(
            anyDataset.reason == "no grant of profile is for UpdateRecords on any dataset; give --dataset"
        )
    }

    @Test func aRefusalHasItsReason() throws {
        #expect(try decide("profile", .listDatasets).reason == "no grant of profile is for ListDatasets")
        let pool = try decide("profile", .listRecords, pool: "us-east-1:0b")
        #expect(pool.reason == "no grant of profile is for ListRecords in this identity pool")
        #expect(pool.caller == "profile" && !pool.allowed && pool.rule == nil)
        let every = try decide("profile", .listIdentityPoolUsage, pool: nil)
        #expect(every.reason.hasSuffix("which concerns all identity pools: each grant is for some"))
        let stranger = try decide("profil", .listRecords)
        #expect(stranger.reason == "no caller of callers.list is 'profil'; did you mean profile?")
        #expect(stranger.caller == nil)
        #expect(try decide("uid:2", .listRecords).reason.hasSuffix("is 'uid:2'; known are profile"))
    }

    @Test func theOuterBoundComesFirst() throws {
        let operation = try decide("profile", .listRecords, allow: "allow: { operations: [UpdateRecords] }")
        #expect(operation.reason == "allow.operations does not have ListRecords")
        let pool = try decide("profile", .listRecords, allow: "allow: { identity_pools: [\"us-east-1:0b\"] }")
        #expect(pool.reason == "allow.identity_pools does not have 'us-east-1:0a'")
    }

    @Test func withoutNamesTheOuterBoundDecides() {
        var configuration = Configuration()
        let question = GrantQuestion(caller: "x", operation: .bulkPublish)
        #expect(question.decide(by: configuration).allowed)
        #expect(question.decide(by: configuration).reason == "callers have no names, and allow permits it")
        configuration.allow.operations = .only([.listRecords])
        #expect(!question.decide(by: configuration).allowed)
    }
}
