import GatewayConfiguration
import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// At most one success in 24 hours a pool.
///
/// The gateway refuses early where that is certain, and only there.
@Suite struct BulkPublishTests {
    private static let pool = "/identitypools/\(PipelineHarness.pool)"
    private static let publish = Request.make(.post, pool + "/bulkpublish")
    private static let details = Request.make(.post, pool + "/getBulkPublishDetails")

    private func harness(_ status: String, endedAgo seconds: Int64 = 3600) -> PipelineHarness {
        let time = ManualClock.epochSeconds - seconds
        return PipelineHarness { received in
            received.path.hasSuffix("/bulkpublish")
                ? .aws(#"{"IdentityPoolId":"\#(PipelineHarness.pool)"}"#)
                : .aws(
                    """
                    {"BulkPublishStatus":"\(status)","BulkPublishStartTime":\(time - 60),\
                    "BulkPublishCompleteTime":\(status == "SUCCEEDED" ? "\(time).5E0" : "null")}
                    """
                )
        }
    }

    @Test(arguments: [true, false])
    func aPublishAfterAKnownSuccessIsRefusedForADay(areDetailsKept: Bool) async {
        let harness = harness("SUCCEEDED")
        if areDetailsKept { harness.reload { $0.cache.reads = .init() } }
        _ = await harness.send(Self.details)
        let refused = await harness.send(Self.publish)
        #expect(refused.status == 400)
        #expect(refused["x-amzn-ErrorType"] == "AlreadyStreamedException")
        #expect(refused["x-syncgate-origin"] == "gateway")
        #expect(refused.content.hasPrefix(#"{"__type":"AlreadyStreamedException","message":""#))
        #expect(refused["Cache-Status"] == "syncgate; hit; ttl=\(86_400 - 3600 - 300)")
        #expect(harness.upstream.count == 1)
        let envelope = await harness.send(
            .envelope("BulkPublish", #"{"IdentityPoolId":"\#(PipelineHarness.pool)"}"#)
        )
        #expect(
            envelope.content.hasPrefix(#"{"Output":{"__type":"com.amazonaws.cognito.sync.model#AlreadyStr"#)
        )
        let other = Request.make(.post, Self.pool.replacing("11111111", with: "21111111") + "/bulkpublish")
        #expect(await harness.send(other).status == 200)
        harness.clock.advance(by: .seconds(86_400 - 3600 - 300))
        #expect(await harness.send(Self.publish).status == 200)
    }

    @Test func aRevalidationIsForwardedToAWS() async {
        let harness = harness("SUCCEEDED")
        _ = await harness.send(Self.details)
        var request = Self.publish
        request.head.headerFields[.cacheControl] = "no-cache"
        #expect(await harness.send(request).status == 200)
    }

    @Test(arguments: [("FAILED", 10), ("IN_PROGRESS", 10), ("NOT_STARTED", 10), ("SUCCEEDED", 86_300)])
    func anUncertainPublishIsForwarded(status: String, ago: Int64) async {
        let harness = harness(status, endedAgo: ago)
        _ = await harness.send(Self.details)
        #expect(await harness.send(Self.publish).status == 200)
        #expect(await harness.send(Self.publish).status == 200, "a publish that has begun is no success")
        #expect(harness.upstream.count == 3)
    }

    @Test func aRefusalByAWSAfterAnOwnSuccessIsRemembered() async {
        let harness = harness("IN_PROGRESS")
        #expect(await harness.send(Self.publish).status == 200)
        harness.clock.advance(by: .seconds(100))
        harness.upstream.respond { _ in .awsError(400, "AlreadyStreamedException") }
        #expect(await harness.send(Self.publish)["x-syncgate-origin"] == nil)
        #expect(await harness.send(Self.publish)["x-syncgate-origin"] == "gateway")
        #expect(harness.upstream.count == 2)
    }

    @Test func aPurgeOfThePoolForgetsIt() async {
        let harness = harness("SUCCEEDED")
        _ = await harness.send(Self.details)
        _ = harness.metadataCache.purge(pool: nil, identity: nil, dataset: nil)
        #expect(await harness.send(Self.publish).status == 200)
    }
}
