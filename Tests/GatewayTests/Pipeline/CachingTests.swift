import HTTPTypes
import Messages
import Policy
import Telemetry
import Testing
import Upstream

@testable import Gateway
@testable import GatewayConfiguration

/// The lifetimes of cached pages, and stale pages in place of errors.
@Suite struct CachingTests {
    @Test func allSpellingsOfARequestShareOnePage() async {
        let harness = PipelineHarness()
        let encoded = PipelineHarness.records.replacing(":", with: "%3A")
        for path in [
            PipelineHarness.records, encoded, encoded.replacing("%3A", with: "%3a"),
            PipelineHarness.records + "?nextToken=",
        ] {
            #expect(await harness.get(path).status == 200, "\(path)")
        }
        let body =
            #"{"IdentityPoolId":"\#(PipelineHarness.pool)","IdentityId":"\#(PipelineHarness.identity)","DatasetName":"profile"}"#
        #expect(await harness.send(.target("ListRecords", body)).content == harness.get().content)
        #expect(await harness.send(.envelope("ListRecords", body)).status == 200)
        #expect(harness.upstream.count == 1)
    }

    @Test func everyParameterThatCountsMakesAnotherPage() async {
        let harness = PipelineHarness { .page($0.number + 1) }
        let others = [
            PipelineHarness.records, PipelineHarness.records.replacing("profile", with: "Profile"),
            PipelineHarness.records.replacing("0001", with: "0002"),
            PipelineHarness.records.replacing("11111111", with: "21111111"),
            PipelineHarness.records + "?nextToken=1", PipelineHarness.records + "?nextToken=2",
            PipelineHarness.records + "?maxResults=1025",
        ]
        var texts: Set<String> = []
        for path in others { texts.insert(await harness.get(path).content) }
        #expect(texts.count == others.count)
        #expect(harness.upstream.count == others.count)
    }

    @Test(arguments: [
        "", "?lastSyncCount=0", "?lastSyncCount=3", "?maxResults=1", "?maxResults=1024&lastSyncCount=3",
    ])
    func aReadThatTheSnapshotCoversIsDerivedFromIt(query: String) async {
        let harness = PipelineHarness { _ in .page(3) }
        _ = await harness.get()
        let response = await harness.get(PipelineHarness.records + query)
        #expect(response["Cache-Status"]?.hasPrefix("syncgate; hit; ttl=5") == true)
        #expect(response.syncCount == 3)
        #expect(response.content.contains(#""Key":"k""#) == !query.contains("lastSyncCount=3"))
        #expect(harness.upstream.count == 1)
    }

    @Test(arguments: ["?lastSyncCount=2", "?lastSyncCount=1&maxResults=5"])
    func aReadThatTheSnapshotDoesNotCoverIsFetchedAndMerged(query: String) async {
        let harness = PipelineHarness { _ in .page(3) }
        _ = await harness.get()
        #expect(
            await harness.get(PipelineHarness.records + query)["Cache-Status"]
                == "syncgate; fwd=uri-miss; stored"
        )
        #expect(await harness.get(PipelineHarness.records + query)["Cache-Status"] == "syncgate; hit; ttl=5")
        #expect(
            await harness.get(PipelineHarness.records + "?lastSyncCount=2&maxResults=9")["Cache-Status"]?
                .contains("hit")
                == true
        )
        #expect(harness.upstream.count == 2)
    }

    @Test func aReadThatNoOtherCanShareIsForwardedEachTime() async {
        let harness = PipelineHarness()
        for path in [
            PipelineHarness.records + "?syncSessionToken=t", PipelineHarness.dataset, "/identitypools",
        ] {
            for _ in 0..<2 { #expect(await harness.get(path)["Cache-Status"] == "syncgate; fwd=bypass") }
        }
        #expect(harness.upstream.count == 6)
    }

    @Test func anAbsentDatasetIsCachedForTwoSeconds() async {
        let harness = PipelineHarness { _ in .absentPage }
        #expect(await harness.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        harness.clock.advance(by: .milliseconds(1_999))
        #expect(await harness.get()["Cache-Status"] == "syncgate; hit; ttl=0")
        harness.clock.advance(by: .milliseconds(1))
        #expect(await harness.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        #expect(harness.upstream.count == 2)
    }

    @Test(arguments: ["no-cache", "max-age=0", "No-Cache", "private, max-age=0", "no-store,\tno-cache"])
    func aDirectiveToRevalidateIsObeyed(directive: String) async {
        let harness = PipelineHarness { .page($0.number + 1) }
        _ = await harness.get()
        let revalidated = await harness.get(PipelineHarness.records, ["Cache-Control": directive])
        #expect(revalidated["Cache-Status"] == "syncgate; fwd=request; stored; detail=delta")
        #expect(revalidated.syncCount == 2)
        #expect(await harness.get().body == revalidated.body)
        #expect(harness.upstream.count == 3, "the listing, the delta, and the creation date of the dataset")
    }

    @Test(arguments: ["max-age=10", "no-store", "only-if-cached", "x-no-cache", "no-cache-please"])
    func otherDirectivesChangeNothing(directive: String) async {
        let harness = PipelineHarness()
        _ = await harness.get()
        #expect(
            await harness.get(PipelineHarness.records, ["Cache-Control": directive])["Cache-Status"]
                == "syncgate; hit; ttl=5"
        )
        #expect(harness.upstream.count == 1)
    }

    @Test func noErrorIsCached() async {
        let harness = PipelineHarness()
        let errors: [Response] = [
            .awsError(400, "InvalidParameterException"), .awsError(403, "NotAuthorizedException"),
            .awsError(404, "ResourceNotFoundException"), .awsError(429, "TooManyRequestsException"),
            .awsError(501, "X"), .aws("{}"), .aws("no page"),
        ]
        for error in errors {
            harness.upstream.respond { _ in error }
            for _ in 0..<2 {
                let before = harness.upstream.count
                #expect(await harness.get().status >= 400)
                #expect(harness.upstream.count > before, "\(error)")
            }
        }
        harness.upstream.respond { _ in .page(1) }
        #expect(await harness.get().status == 200)
        #expect(harness.recordsCache.statistics.pages == 1)
    }

    @Test func withoutMemoryNothingIsCached() async {
        let harness = PipelineHarness(configured: { $0.cache.memory = 0 })
        for _ in 0..<2 { #expect(await harness.get()["Cache-Status"] == "syncgate; fwd=uri-miss") }
        #expect(harness.upstream.count == 2)
    }

    @Test func aStalePageReplacesAnErrorOnlyWhereAllowedAndNotForLong() async {
        let harness = PipelineHarness(configured: { $0.cache.staleIfError = .seconds(60) })
        let page = await harness.get()
        harness.clock.advance(by: .seconds(10))
        let failures: [ScriptedSender.Script] = [
            ScriptedSender.failing(.cut, .sent),
            ScriptedSender.failing(.timedOut, .sent),
            ScriptedSender.giving(.awsError(500, "InternalErrorException")),
            ScriptedSender.giving(.awsError(429, "TooManyRequestsException")),
            ScriptedSender.giving(.awsError(403, "AccessDeniedException")),
            ScriptedSender.giving(.aws("no page")),
        ]
        for failure in failures {
            harness.upstream.respond(failure)
            let response = await harness.get()
            #expect(response.body == page.body)
            #expect(response.status == 200)
            #expect(response["Cache-Status"] == "syncgate; hit; detail=stale-if-error")
            #expect(response["Age"] == "10")
        }
        harness.upstream.respond(ScriptedSender.giving(.awsError(404, "ResourceNotFoundException")))
        #expect(await harness.get().status == 404, "an error of the request is no failure of upstream")
        harness.upstream.respond(ScriptedSender.giving(.awsError(500, "InternalErrorException")))
        #expect(
            await harness.get(PipelineHarness.records, ["Cache-Control": "no-cache"]).status == 500,
            "a stale page is not revalidated"
        )
        harness.clock.advance(by: .seconds(55))
        #expect(await harness.get().status == 500, "past stale_if_error")
    }

    @Test func aReadThatWasNotForwardedDoesNotSayThatItWas() async {
        let harness = PipelineHarness(configured: {
            $0.throttle.identity = .init(key: .identity, rate: 1, burst: 1)
        })
        #expect(await harness.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        let refused = await harness.get(PipelineHarness.records.replacing("profile", with: "other"))
        #expect(refused.status == 429)
        #expect(refused["Cache-Status"] == "syncgate; detail=refused")
    }

    @Test func aThrottledFetchGetsAStalePageWhereAllowed() async {
        for stale in [Duration.zero, .seconds(60)] {
            let harness = PipelineHarness(configured: {
                $0.cache.staleIfError = stale
                $0.throttle.upstream = .init(rate: 1, burst: 1)
            })
            let page = await harness.get()
            harness.clock.advance(by: .seconds(6))
            #expect(
                await harness.get(PipelineHarness.records.replacing("profile", with: "other")).status == 200
            )
            let response = await harness.get()
            #expect(response.status == (stale == .zero ? 429 : 200))
            if stale != .zero {
                #expect(response.body == page.body)
                #expect(response["Cache-Status"] == "syncgate; hit; detail=stale-if-error")
            } else {
                #expect(response["RateLimit"] == "\"upstream\";r=0;t=1")
            }
            #expect(harness.upstream.count == 2)
        }
    }

    @Test func aStalePageThatIsFetchedAgainIsReportedAsStale() async {
        let harness = PipelineHarness(configured: { $0.cache.staleIfError = .seconds(60) }) { _ in .page(1) }
        _ = await harness.get()
        harness.clock.advance(by: .seconds(5))
        #expect(await harness.get()["Cache-Status"] == "syncgate; fwd=stale; stored; detail=delta")
    }

    @Test func aPaginationContinuesInItsSnapshotAfterAWrite() async throws {
        let records = (1...3).map { #"{"Key":"k\#($0)","Value":"v","SyncCount":1,"LastModifiedDate":1.4E9}"# }
            .joined(separator: ",")
        let listing = #"{"DatasetExists":true,"DatasetSyncCount":1,"Records":[\#(records)]}"#
        let harness = PipelineHarness { $0.method == .post ? .updated(2) : .aws(listing) }
        func token(_ member: String, of response: Response) throws -> String {
            try #require(
                response.content.split(separator: #""\#(member)":""#).last?.split(separator: "\"").first.map(
                    String.init
                )
            )
        }
        let first = await harness.get(PipelineHarness.records + "?maxResults=2")
        let next = "?maxResults=2&nextToken=" + (try token("NextToken", of: first))
        let session = "&syncSessionToken=" + (try token("SyncSessionToken", of: first))
        #expect(await harness.update().status == 200)
        for query in [next, next + session] {
            let second = await harness.get(PipelineHarness.records + query)
            #expect(second.syncCount == 1)
            #expect(second.content.contains(#""Key":"k3""#) && !second.content.contains(#""Key":"k2""#))
        }
        let forged = await harness.get(PipelineHarness.records + next + session.dropLast() + "!")
        #expect(forged.status == 400)
        #expect(await harness.get(PipelineHarness.records + next + "A").status == 400)
        #expect(
            await harness.get(PipelineHarness.records.replacing("profile", with: "other") + next).status
                == 400
        )
        harness.clock.advance(by: .seconds(61))
        #expect(await harness.get(PipelineHarness.records + next).content.contains("NextToken has expired"))
    }

    @Test func aStalePageIsServedDuringRevalidationOnlyWhereAllowed() async throws {
        let harness = PipelineHarness(configured: { $0.cache.staleWhileRevalidate = .seconds(10) }) {
            .page($0.number + 1)
        }
        _ = await harness.get()
        harness.clock.advance(by: .seconds(7))
        let stale = await harness.get()
        #expect(stale["Cache-Status"] == "syncgate; hit; detail=stale-while-revalidate")
        #expect(stale["Age"] == "7")
        #expect(stale.syncCount == 1)
        try await harness.waitUntilIdle()
        #expect(await harness.get().syncCount == 2)
        #expect(harness.upstream.count == 3)
    }
}
