import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// At most one success in 24 hours a pool: told early where it is certain, and never where it is not.
@Suite struct BulkPublishTests {
    private static let pool = "/identitypools/\(PipelineHarness.pool)"
    private static let publish = Request.make(.post, pool + "/bulkpublish")
    private static let details = Request.make(.post, pool + "/getBulkPublishDetails")

    private func rig(_ status: String, endedAgo seconds: Int64 = 3600) -> PipelineHarness {
        let time = ManualClock.epochSeconds - seconds
        return PipelineHarness { context in
            context.path.hasSuffix("/bulkpublish")
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
    func aSuccessThatDetailsTellOfIsRefusedEarlyUntilItsDayIsOver(areDetailsKept: Bool) async {
        let rig = rig("SUCCEEDED")
        if areDetailsKept { rig.replaceReads(.init()) }
        _ = await rig.send(Self.details)
        let refused = await rig.send(Self.publish)
        #expect(refused.status == 400)
        #expect(refused["x-amzn-ErrorType"] == "AlreadyStreamedException")
        #expect(refused["x-syncgate-origin"] == "gateway")
        #expect(refused.content.hasPrefix(#"{"__type":"AlreadyStreamedException","message":""#))
        #expect(refused["Cache-Status"] == "syncgate; hit; ttl=\(86_400 - 3600 - 300)")
        #expect(rig.origin.count == 1)
        let envelope = await rig.send(
            .envelope("BulkPublish", #"{"IdentityPoolId":"\#(PipelineHarness.pool)"}"#)
        )
        #expect(
            envelope.content.hasPrefix(#"{"Output":{"__type":"com.amazonaws.cognito.sync.model#AlreadyStr"#)
        )
        let other = Request.make(.post, Self.pool.replacing("11111111", with: "21111111") + "/bulkpublish")
        #expect(await rig.send(other).status == 200)
        rig.clock.advance(by: .seconds(86_400 - 3600 - 300))
        #expect(await rig.send(Self.publish).status == 200)
    }

    @Test func whoAsksForAConfirmedAnswerIsToldByAWSItself() async {
        let rig = rig("SUCCEEDED")
        _ = await rig.send(Self.details)
        var request = Self.publish
        request.head.headerFields[.cacheControl] = "no-cache"
        #expect(await rig.send(request).status == 200)
    }

    @Test(arguments: [("FAILED", 10), ("IN_PROGRESS", 10), ("NOT_STARTED", 10), ("SUCCEEDED", 86_300)])
    func whatIsNotCertainIsForwarded(status: String, ago: Int64) async {
        let rig = rig(status, endedAgo: ago)
        _ = await rig.send(Self.details)
        #expect(await rig.send(Self.publish).status == 200)
        #expect(await rig.send(Self.publish).status == 200, "that one has begun is no success")
        #expect(rig.origin.count == 3)
    }

    @Test func awssRefusalAfterOurOwnSuccessIsRemembered() async {
        let rig = rig("IN_PROGRESS")
        #expect(await rig.send(Self.publish).status == 200)
        rig.clock.advance(by: .seconds(100))
        rig.origin.answer { _ in .awsError(400, "AlreadyStreamedException") }
        #expect(await rig.send(Self.publish)["x-syncgate-origin"] == nil)
        #expect(await rig.send(Self.publish)["x-syncgate-origin"] == "gateway")
        #expect(rig.origin.count == 2)
    }

    @Test func aPurgeOfThePoolForgetsIt() async {
        let rig = rig("SUCCEEDED")
        _ = await rig.send(Self.details)
        _ = rig.metadataCache.purge(pool: nil, identity: nil, dataset: nil)
        #expect(await rig.send(Self.publish).status == 200)
    }
}

extension PipelineHarness {
    /// Other times for the reads beside ListRecords, as a reload sets them.
    fileprivate func replaceReads(_ times: Configuration.Reads) {
        let old = currentRuntime.value
        var configuration = old.configuration
        configuration.cache.reads = times
        currentRuntime.replace(by: Runtime(configuration, forwarder: old.forwarder, sealer: .random()))
        metadataCache.resize(configuration.readLimits)
    }
}
