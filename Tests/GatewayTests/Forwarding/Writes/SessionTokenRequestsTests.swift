import CognitoSync
import GatewayConfiguration
import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// Requests with a session token, through the pipeline.
@Suite(.timeLimit(.minutes(1))) struct SessionTokenRequestsTests {
    private static let refusal =
        #"{"__type":"InvalidParameterException","message":"\#(TokenRefusal.message)"}"#

    private func scope(_ dataset: String = "profile") -> DatasetScope {
        .sample(pool: PipelineHarness.pool, identity: PipelineHarness.identity, dataset: dataset)
    }

    private func own(_ harness: PipelineHarness, for dataset: String = "profile") throws -> String {
        let tokens = try #require(harness.currentRuntime.value.sessionTokens)
        return tokens.mint(for: scope(dataset), now: harness.clock.gatewayClock.wall() / 1_000_000_000)
    }

    private func update(_ token: String) -> Request {
        let patch = #"{"Op":"replace","Key":"k","Value":"v","SyncCount":0}"#
        return .make(
            .post,
            PipelineHarness.dataset,
            #"{"SyncSessionToken":"\#(token)","RecordPatches":[\#(patch)]}"#
        )
    }

    private func list(_ token: String) -> Request {
        .get(PipelineHarness.records + "?syncSessionToken=" + token)
    }

    @Test func anOwnTokenReachesAWSAsATokenOfAWS() async throws {
        let harness = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        let token = try own(harness)
        #expect(await harness.send(update(token)).status == 200)
        #expect(await harness.send(list(token)).status == 200)
        #expect(await harness.send(.target("UpdateRecords", named(token))).status == 200)
        let seen = harness.upstream.requests.map {
            $0.path + String(decoding: $0.request.body, as: UTF8.self)
        }
        #expect(seen.allSatisfy { !$0.contains(TokenSealer.prefix) })
        #expect(seen.count { $0.contains(#""SyncSessionToken":"token""#) } == 2)
        #expect(seen.count { $0.contains("syncSessionToken=token") } == 1)
    }

    private func named(_ token: String) -> String {
        """
        {"IdentityPoolId":"\(PipelineHarness.pool)","IdentityId":"\(PipelineHarness.identity)","DatasetName":"profile",\
        "SyncSessionToken":"\(token)","RecordPatches":[{"Op":"replace","Key":"k","Value":"v","SyncCount":0}]}
        """
    }

    @Test func anInvalidOwnTokenIsRefusedInTheWordsOfAWS() async throws {
        let harness = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        let good = try own(harness)
        let bad = [try own(harness, for: "other"), good + "A", String(good.dropLast()), TokenSealer.prefix]
        for token in bad {
            for request in [update(token), list(token)] {
                let response = await harness.send(request)
                #expect(response.status == 400)
                #expect(response["x-amzn-ErrorType"] == "InvalidParameterException")
                #expect(response.content == Self.refusal)
            }
        }
        harness.clock.advance(by: .seconds(3600 + 450))
        #expect(await harness.send(update(good)).status == 400)
        #expect(harness.upstream.count == 0)
    }

    @Test func aTokenOfAWSPassesUnchanged() async {
        let harness = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        #expect(await harness.send(update("H4sIAAAA+/=")).status == 200)
        #expect(await harness.send(list("H4sIAAAA%2B%2F%3D")).status == 200)
        #expect(
            String(decoding: harness.upstream.requests[0].request.body, as: UTF8.self).contains(
                #""H4sIAAAA+/=""#
            )
        )
        #expect(harness.upstream.requests[1].path.hasSuffix("?syncSessionToken=H4sIAAAA%2B%2F%3D"))
        #expect(harness.upstream.count == 2)
    }

    @Test func withTokensOfAWSAnOwnTokenIsAnyText() async throws {
        let token = try own(PipelineHarness())
        let harness = PipelineHarness(configured: { $0.cache.tokens.session = .upstream }) { _ in .updated(2)
        }
        #expect(harness.currentRuntime.value.sessionTokens == nil)
        #expect(await harness.send(update(token)).status == 200)
        #expect(String(decoding: harness.upstream.requests[0].request.body, as: UTF8.self).contains(token))
    }
}
