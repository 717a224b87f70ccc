import CognitoSync
import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// Requests with a session token, as the pipeline takes them.
@Suite(.timeLimit(.minutes(1))) struct SessionTokenRequestsTests {
    private static let refusal =
        #"{"__type":"InvalidParameterException","message":"\#(TokenRefusal.message)"}"#

    private func scope(_ dataset: String = "profile") -> DatasetScope {
        .sample(pool: PipelineHarness.pool, identity: PipelineHarness.identity, dataset: dataset)
    }

    private func own(_ rig: PipelineHarness, for dataset: String = "profile") throws -> String {
        let tokens = try #require(rig.currentRuntime.value.sessionTokens)
        return tokens.mint(for: scope(dataset), now: rig.clock.gatewayClock.wall() / 1_000_000_000)
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

    @Test func oursReachesAWSAsOneOfAWSs() async throws {
        let rig = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        let token = try own(rig)
        #expect(await rig.send(update(token)).status == 200)
        #expect(await rig.send(list(token)).status == 200)
        #expect(await rig.send(.target("UpdateRecords", named(token))).status == 200)
        let seen = rig.origin.calls.map { $0.path + String(decoding: $0.request.body, as: UTF8.self) }
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

    @Test func oursOfAnotherDatasetForgedOrExpiredIsRefusedInAWSsWords() async throws {
        let rig = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        let good = try own(rig)
        let bad = [try own(rig, for: "other"), good + "A", String(good.dropLast()), TokenSealer.prefix]
        for token in bad {
            for request in [update(token), list(token)] {
                let answer = await rig.send(request)
                #expect(answer.status == 400)
                #expect(answer["x-amzn-ErrorType"] == "InvalidParameterException")
                #expect(answer.content == Self.refusal)
            }
        }
        rig.clock.advance(by: .seconds(3600 + 450))
        #expect(await rig.send(update(good)).status == 400)
        #expect(rig.origin.count == 0)
    }

    @Test func whatAWSIssuedItselfPassesUnchanged() async {
        let rig = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        #expect(await rig.send(update("H4sIAAAA+/=")).status == 200)
        #expect(await rig.send(list("H4sIAAAA%2B%2F%3D")).status == 200)
        #expect(String(decoding: rig.origin.calls[0].request.body, as: UTF8.self).contains(#""H4sIAAAA+/=""#))
        #expect(rig.origin.calls[1].path.hasSuffix("?syncSessionToken=H4sIAAAA%2B%2F%3D"))
        #expect(rig.origin.count == 2)
    }

    @Test func withTokensOfAWSsOnlyOursIsAnyText() async throws {
        let token = try own(PipelineHarness())
        let rig = PipelineHarness(configured: { $0.cache.tokens.session = .upstream }) { _ in .updated(2) }
        #expect(rig.currentRuntime.value.sessionTokens == nil)
        #expect(await rig.send(update(token)).status == 200)
        #expect(String(decoding: rig.origin.calls[0].request.body, as: UTF8.self).contains(token))
    }
}
