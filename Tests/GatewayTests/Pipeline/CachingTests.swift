import HTTPTypes
import Messages
import Policy
import Testing
import Upstream

@testable import Gateway

/// What is kept, for how long, and when it may stand in for an error.
@Suite struct CachingTests {
    @Test func allSpellingsOfARequestShareOnePage() async {
        let rig = PipelineHarness()
        let encoded = PipelineHarness.records.replacing(":", with: "%3A")
        for path in [
            PipelineHarness.records, encoded, encoded.replacing("%3A", with: "%3a"),
            PipelineHarness.records + "?nextToken=",
        ] {
            #expect(await rig.get(path).status == 200, "\(path)")
        }
        let body =
            #"{"IdentityPoolId":"\#(PipelineHarness.pool)","IdentityId":"\#(PipelineHarness.identity)","DatasetName":"profile"}"#
        #expect(await rig.send(.target("ListRecords", body)).content == rig.get().content)
        #expect(await rig.send(.envelope("ListRecords", body)).status == 200)
        #expect(rig.origin.count == 1)
    }

    @Test func whatDiffersInAnythingThatCountsIsAnotherPage() async {
        let rig = PipelineHarness { .page($0.number + 1) }
        let others = [
            PipelineHarness.records, PipelineHarness.records.replacing("profile", with: "Profile"),
            PipelineHarness.records.replacing("0001", with: "0002"),
            PipelineHarness.records.replacing("11111111", with: "21111111"),
            PipelineHarness.records + "?nextToken=1", PipelineHarness.records + "?nextToken=2",
            PipelineHarness.records + "?maxResults=1025",
        ]
        var texts: Set<String> = []
        for path in others { texts.insert(await rig.get(path).content) }
        #expect(texts.count == others.count)
        #expect(rig.origin.count == others.count)
    }

    @Test(arguments: [
        "", "?lastSyncCount=0", "?lastSyncCount=3", "?maxResults=1", "?maxResults=1024&lastSyncCount=3",
    ])
    func whateverTheHeldDatasetCanTellIsAnsweredFromIt(query: String) async {
        let rig = PipelineHarness { _ in .page(3) }
        _ = await rig.get()
        let answer = await rig.get(PipelineHarness.records + query)
        #expect(answer["Cache-Status"]?.hasPrefix("syncgate; hit; ttl=5") == true)
        #expect(answer.syncCount == 3)
        #expect(answer.content.contains(#""Key":"k""#) == !query.contains("lastSyncCount=3"))
        #expect(rig.origin.count == 1)
    }

    @Test(arguments: ["?lastSyncCount=2", "?lastSyncCount=1&maxResults=5"])
    func whatItCannotTellIsAskedForAndAddedToIt(query: String) async {
        let rig = PipelineHarness { _ in .page(3) }
        _ = await rig.get()
        #expect(
            await rig.get(PipelineHarness.records + query)["Cache-Status"] == "syncgate; fwd=uri-miss; stored"
        )
        #expect(await rig.get(PipelineHarness.records + query)["Cache-Status"] == "syncgate; hit; ttl=5")
        #expect(
            await rig.get(PipelineHarness.records + "?lastSyncCount=2&maxResults=9")["Cache-Status"]?
                .contains("hit")
                == true
        )
        #expect(rig.origin.count == 2)
    }

    @Test func aReadThatIsNobodyElsesIsForwardedEachTime() async {
        let rig = PipelineHarness()
        for path in [
            PipelineHarness.records + "?syncSessionToken=t", PipelineHarness.dataset, "/identitypools",
        ] {
            for _ in 0..<2 { #expect(await rig.get(path)["Cache-Status"] == "syncgate; fwd=bypass") }
        }
        #expect(rig.origin.count == 6)
    }

    @Test func thatADatasetDoesNotExistIsKeptForTwoSeconds() async {
        let rig = PipelineHarness { _ in .absentPage }
        #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        rig.clock.advance(by: .milliseconds(1_999))
        #expect(await rig.get()["Cache-Status"] == "syncgate; hit; ttl=0")
        rig.clock.advance(by: .milliseconds(1))
        #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        #expect(rig.origin.count == 2)
    }

    @Test(arguments: ["no-cache", "max-age=0", "No-Cache", "private, max-age=0", "no-store,\tno-cache"])
    func whoAsksForAConfirmedAnswerGetsOne(directive: String) async {
        let rig = PipelineHarness { .page($0.number + 1) }
        _ = await rig.get()
        let confirmed = await rig.get(PipelineHarness.records, ["Cache-Control": directive])
        #expect(confirmed["Cache-Status"] == "syncgate; fwd=request; stored; detail=delta")
        #expect(confirmed.syncCount == 2)
        #expect(await rig.get().body == confirmed.body)
        #expect(rig.origin.count == 3, "the listing, what has changed since, and when the dataset was made")
    }

    @Test(arguments: ["max-age=10", "no-store", "only-if-cached", "x-no-cache", "no-cache-please"])
    func otherDirectivesOfACallersChangeNothing(directive: String) async {
        let rig = PipelineHarness()
        _ = await rig.get()
        #expect(
            await rig.get(PipelineHarness.records, ["Cache-Control": directive])["Cache-Status"]
                == "syncgate; hit; ttl=5"
        )
        #expect(rig.origin.count == 1)
    }

    @Test func noErrorIsEverKept() async {
        let rig = PipelineHarness()
        let errors: [Response] = [
            .awsError(400, "InvalidParameterException"), .awsError(403, "NotAuthorizedException"),
            .awsError(404, "ResourceNotFoundException"), .awsError(429, "TooManyRequestsException"),
            .awsError(501, "X"), .aws("{}"), .aws("no page"),
        ]
        for error in errors {
            rig.origin.answer { _ in error }
            for _ in 0..<2 {
                let before = rig.origin.count
                #expect(await rig.get().status >= 400)
                #expect(rig.origin.count > before, "\(error)")
            }
        }
        rig.origin.answer { _ in .page(1) }
        #expect(await rig.get().status == 200)
        #expect(rig.reads.statistics.pages == 1)
    }

    @Test func withoutMemoryNothingIsKept() async {
        let rig = PipelineHarness(configured: { $0.cache.memory = 0 })
        for _ in 0..<2 { #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=uri-miss") }
        #expect(rig.origin.count == 2)
    }

    @Test func aPageStandsInForAnErrorOnlyWhereThatIsAllowedAndNotForLong() async {
        let rig = PipelineHarness(configured: { $0.cache.staleIfError = .seconds(60) })
        let page = await rig.get()
        rig.clock.advance(by: .seconds(10))
        let failures: [ScriptedSender.Script] = [
            ScriptedSender.failing(.cut, .sent),
            ScriptedSender.failing(.timedOut, .sent),
            ScriptedSender.giving(.awsError(500, "InternalErrorException")),
            ScriptedSender.giving(.awsError(429, "TooManyRequestsException")),
            ScriptedSender.giving(.awsError(403, "AccessDeniedException")),
            ScriptedSender.giving(.aws("no page")),
        ]
        for failure in failures {
            rig.origin.answer(failure)
            let answer = await rig.get()
            #expect(answer.body == page.body)
            #expect(answer.status == 200)
            #expect(answer["Cache-Status"] == "syncgate; hit; detail=stale-if-error")
            #expect(answer["Age"] == "10")
        }
        rig.origin.answer(ScriptedSender.giving(.awsError(404, "ResourceNotFoundException")))
        #expect(await rig.get().status == 404, "an answer that is about the request is no failure")
        rig.origin.answer(ScriptedSender.giving(.awsError(500, "InternalErrorException")))
        #expect(
            await rig.get(PipelineHarness.records, ["Cache-Control": "no-cache"]).status == 500,
            "stale is not confirmed"
        )
        rig.clock.advance(by: .seconds(55))
        #expect(await rig.get().status == 500, "past its time")
    }

    @Test func aReadThatWasNotForwardedDoesNotSayThatItWas() async {
        let rig = PipelineHarness(configured: {
            $0.throttle.identity = .init(key: .identity, rate: 1, burst: 1)
        })
        #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        let refused = await rig.get(PipelineHarness.records.replacing("profile", with: "other"))
        #expect(refused.status == 429)
        #expect(refused["Cache-Status"] == "syncgate; detail=refused")
    }

    @Test func aThrottledFetchIsAnsweredByAStalePageWhereThatIsAllowed() async {
        for stale in [Duration.zero, .seconds(60)] {
            let rig = PipelineHarness(configured: {
                $0.cache.staleIfError = stale
                $0.throttle.upstream = .init(key: .none, rate: 1, burst: 1)
            })
            let page = await rig.get()
            rig.clock.advance(by: .seconds(6))
            #expect(await rig.get(PipelineHarness.records.replacing("profile", with: "other")).status == 200)
            let answer = await rig.get()
            #expect(answer.status == (stale == .zero ? 429 : 200))
            if stale != .zero {
                #expect(answer.body == page.body)
                #expect(answer["Cache-Status"] == "syncgate; hit; detail=stale-if-error")
            } else {
                #expect(answer["RateLimit"] == "\"upstream\";r=0;t=1")
            }
            #expect(rig.origin.count == 2)
        }
    }

    @Test func anExpiredPageThatIsFetchedAnewIsToldAsStale() async {
        let rig = PipelineHarness(configured: { $0.cache.staleIfError = .seconds(60) }) { _ in .page(1) }
        _ = await rig.get()
        rig.clock.advance(by: .seconds(5))
        #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=stale; stored; detail=delta")
    }

    @Test func aWalkGoesOnInItsStateWhateverBecomesOfTheDataset() async throws {
        let records = (1...3).map { #"{"Key":"k\#($0)","Value":"v","SyncCount":1}"# }.joined(separator: ",")
        let listing = #"{"DatasetExists":true,"DatasetSyncCount":1,"Records":[\#(records)]}"#
        let rig = PipelineHarness { $0.method == .post ? .updated(2) : .aws(listing) }
        func token(_ member: String, of answer: Response) throws -> String {
            try #require(
                answer.content.split(separator: #""\#(member)":""#).last?.split(separator: "\"").first.map(
                    String.init
                )
            )
        }
        let first = await rig.get(PipelineHarness.records + "?maxResults=2")
        let next = "?maxResults=2&nextToken=" + (try token("NextToken", of: first))
        let session = "&syncSessionToken=" + (try token("SyncSessionToken", of: first))
        #expect(await rig.update().status == 200)
        for query in [next, next + session] {
            let second = await rig.get(PipelineHarness.records + query)
            #expect(second.syncCount == 1)
            #expect(second.content.contains(#""Key":"k3""#) && !second.content.contains(#""Key":"k2""#))
        }
        let forged = await rig.get(PipelineHarness.records + next + session.dropLast() + "!")
        #expect(forged.status == 400)
        #expect(await rig.get(PipelineHarness.records + next + "A").status == 400)
        #expect(
            await rig.get(PipelineHarness.records.replacing("profile", with: "other") + next).status == 400
        )
        rig.clock.advance(by: .seconds(61))
        #expect(await rig.get(PipelineHarness.records + next).content.contains("NextToken has expired"))
    }

    @Test func aStaleAnswerIsGivenWhileItIsConfirmedOnlyWhereThatIsAllowed() async {
        let rig = PipelineHarness(configured: { $0.cache.staleWhileRevalidate = .seconds(10) }) {
            .page($0.number + 1)
        }
        _ = await rig.get()
        rig.clock.advance(by: .seconds(7))
        let stale = await rig.get()
        #expect(stale["Cache-Status"] == "syncgate; hit; detail=stale-while-revalidate")
        #expect(stale["Age"] == "7")
        #expect(stale.syncCount == 1)
        await rig.settled()
        #expect(await rig.get().syncCount == 2)
        #expect(rig.origin.count == 3)
    }
}
