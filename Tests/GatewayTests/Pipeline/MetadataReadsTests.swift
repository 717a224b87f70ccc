import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving
import Testing
import Upstream

@testable import Gateway

/// The eight reads beside ListRecords, through the whole pipeline.
@Suite(.timeLimit(.minutes(1))) struct OtherReadsTests {
    private static let pool = "/identitypools/\(PipelineHarness.pool)"
    private static let owner = "\(pool)/identities/\(PipelineHarness.identity)"

    private static let reads: [Request] = [
        .get(PipelineHarness.dataset), .get(owner + "/datasets"), .get(owner), .get(pool),
        .get("/identitypools"),
        .get(pool + "/configuration"), .get(pool + "/events"), .make(.post, pool + "/getBulkPublishDetails"),
    ]

    private let caller = Caller(address: "10.0.0.1")

    private static let numbered: ScriptedSender.Script = { .aws(#"{"Number":\#($0.number)}"#) }

    private func rig(
        configured configure: (inout Configuration) -> Void,
        _ script: @escaping ScriptedSender.Script = numbered
    ) -> PipelineHarness {
        PipelineHarness(
            configured: {
                $0.cache.reads = .init()
                configure(&$0)
            },
            script
        )
    }

    private func rig(_ script: @escaping ScriptedSender.Script = numbered) -> PipelineHarness {
        rig(configured: { _ in }, script)
    }

    private static func withNoCache(_ request: Request) -> Request {
        var request = request
        request.head.headerFields[.cacheControl] = "no-cache"
        return request
    }

    @Test(arguments: reads.indices) func asksOnceForWhatIsAskedTwice(position: Int) async {
        let (rig, request) = (rig(), Self.reads[position])
        let first = await rig.send(request)
        #expect(first["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        let second = await rig.send(request)
        #expect(second["Cache-Status"]?.hasPrefix("syncgate; hit; ttl=") == true)
        #expect(second["Age"] == "0")
        #expect(second.body == first.body)
        #expect(rig.origin.count == 1)
        #expect(rig.metadataCache.statistics.pages == 1)
    }

    @Test(arguments: reads.indices) func whatIsTurnedOffIsForwardedEachTime(position: Int) async {
        let rig = rig(configured: { $0.cache.reads = .init(all: .zero) })
        for _ in 0..<2 {
            #expect(await rig.send(Self.reads[position])["Cache-Status"] == "syncgate; fwd=bypass")
        }
        #expect(rig.origin.count == 2)
    }

    @Test(arguments: reads.indices) func whoAsksForAConfirmedAnswerGetsOne(position: Int) async {
        let (rig, request) = (rig(), Self.reads[position])
        _ = await rig.send(request)
        let confirmed = await rig.send(Self.withNoCache(request))
        #expect(confirmed["Cache-Status"] == "syncgate; fwd=request; stored")
        #expect(confirmed.content == #"{"Number":1}"#)
        #expect(await rig.send(request).body == confirmed.body)
        #expect(rig.origin.count == 2)
    }

    @Test func noneIsKeptForLongerThanItsTime() async {
        let rig = rig(configured: { $0.cache.reads.listDatasets = .seconds(4) })
        _ = await rig.send(Self.reads[1])
        rig.clock.advance(by: .milliseconds(3_999))
        let last = await rig.send(Self.reads[1])
        #expect(last["Cache-Status"] == "syncgate; hit; ttl=0")
        #expect(last["Age"] == "3")
        rig.clock.advance(by: .milliseconds(1))
        #expect(await rig.send(Self.reads[1])["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
    }

    @Test func aThousandAtOnceMakeOneCall() async {
        let gate = Signal()
        let rig = rig { _ in
            await gate.reached()
            return .aws("{}")
        }
        let answers = (0..<1000).map { _ in rig.pipeline.respond(to: Self.reads[1], from: caller) }
        #expect(rig.admission.inFlight == 1000)
        let statuses = await withTaskGroup(of: Response.self) { group in
            for answer in answers { group.addTask { await rig.answer(answer) } }
            await rig.origin.arrived.reached()
            gate.fire()
            var statuses: [String: Int] = [:]
            for await answer in group { statuses[answer["Cache-Status"] ?? "", default: 0] += 1 }
            return statuses
        }
        #expect(statuses == ["syncgate; fwd=uri-miss; stored": 1, "syncgate; fwd=uri-miss; collapsed": 999])
        #expect(rig.origin.count == 1)
        #expect(rig.admission.inFlight == 0)
    }

    @Test func aFetchThatAllHaveLeftGoesOn() async {
        let gate = Signal()
        let rig = rig { _ in
            await gate.reached()
            return .aws("{}")
        }
        let answer = rig.pipeline.respond(to: Self.reads[0], from: caller)
        let task = Task { await rig.answer(answer) }
        await rig.origin.arrived.reached()
        task.cancel()
        #expect(await task.value.status == 499)
        let joined = rig.pipeline.respond(to: Self.reads[0], from: caller)
        gate.fire()
        #expect(await rig.answer(joined)["Cache-Status"] == "syncgate; fwd=uri-miss; collapsed")
        #expect(rig.origin.count == 1)
    }

    @Test(arguments: [400, 403, 404, 429, 500])
    func noErrorIsKept(status: Int) async {
        let rig = rig { _ in .awsError(status, "SomeException") }
        for _ in 0..<2 {
            let before = rig.origin.count
            #expect(await rig.send(Self.reads[0]).status == status)
            #expect(rig.origin.count > before)
        }
        #expect(rig.metadataCache.statistics.pages == 0)
    }

    @Test func whatIsNoAnswerIsNotKept() async {
        let rig = rig { _ in .aws("no JSON") }
        #expect(await rig.send(Self.reads[2]).status == 502)
        #expect(rig.metadataCache.statistics.pages == 0)
    }

    @Test func anEmptyBucketRefusesALeadAndLeavesNothingBehind() async {
        let rig = rig(configured: { $0.throttle.identity = .init(key: .identity, rate: 1, burst: 1) })
        #expect(await rig.send(Self.reads[0]).status == 200)
        let refused = await rig.send(Self.reads[1])
        #expect(refused.status == 429)
        #expect(refused["Cache-Status"] == "syncgate; detail=refused")
        #expect(await rig.send(Self.reads[0]).status == 200, "a hit is free")
        #expect(rig.metadataCache.statistics.fetches == 0)
        #expect(rig.admission.inFlight == 0)
    }

    @Test func withoutMemoryReadsAreSharedAndNotKept() async {
        let gate = Signal()
        let rig = rig(configured: { $0.cache.memory = 0 }) { _ in
            await gate.reached()
            return .aws("{}")
        }
        let answers = (0..<2).map { _ in rig.pipeline.respond(to: Self.reads[0], from: caller) }
        gate.fire()
        for answer in answers { #expect(await rig.answer(answer).status == 200) }
        #expect(rig.origin.count == 1)
        #expect(await rig.send(Self.reads[0])["Cache-Status"] == "syncgate; fwd=uri-miss")
    }

    @Test func aLaterPageOfAListingIsNotKept() async {
        let rig = rig()
        for number in 1...2 {
            let page = await rig.get(Self.owner + "/datasets?nextToken=t&maxResults=1")
            #expect(page["Cache-Status"] == "syncgate; fwd=uri-miss")
            #expect(rig.origin.count == number)
        }
    }

    @Test func whatDiffersInItsPageOrItsFormIsAnsweredForItself() async {
        let rig = rig()
        var bodies: Set<String> = []
        for query in ["", "?maxResults=1", "?maxResults=2"] {
            bodies.insert(await rig.get(Self.owner + "/datasets" + query).content)
        }
        #expect(bodies.count == 3)
        let input =
            #"{"IdentityPoolId":"\#(PipelineHarness.pool)","IdentityId":"\#(PipelineHarness.identity)"}"#
        let envelope = await rig.send(.envelope("ListDatasets", input))
        #expect(envelope.content.hasPrefix(#"{"Output":{"#))
        #expect(envelope.content.contains(#""Number":0"#))
        #expect(rig.origin.count == 3)
    }
}

/// What makes an answer stale, and what it must not be taken for.
extension OtherReadsTests {
    private static let writes: [(Request, stale: Set<Int>)] = [
        (.update(), [0, 1, 2, 3, 4]), (.make(.delete, PipelineHarness.dataset), [0, 1, 2, 3, 4]),
        (.make(.post, pool + "/configuration", "{}"), [3, 4, 5]),
        (.make(.post, pool + "/events", #"{"Events":{}}"#), [3, 4, 6]),
        (.make(.post, pool + "/bulkpublish"), [7]),
    ]

    @Test(arguments: writes.indices, [200, 409, 500])
    func aWriteDropsWhatItMayChangeAndNothingElse(position: Int, status: Int) async {
        let (write, stale) = Self.writes[position]
        let rig = rig { context in
            let isRead = context.method == .get || context.path.hasSuffix("getBulkPublishDetails")
            if isRead { return .aws("{}") }
            return status == 200 ? .updated(2) : .awsError(status, "X")
        }
        for read in Self.reads { _ = await rig.send(read) }
        #expect(await rig.send(write).status == status)
        for (index, read) in Self.reads.enumerated() {
            let isHit = await rig.send(read)["Cache-Status"]?.hasPrefix("syncgate; hit") == true
            #expect(isHit != stale.contains(index), "\(read.head.path ?? "")")
        }
    }

    @Test(arguments: [true, false])
    func aReadThatLeftBeforeAWriteEndedIsNotKept(arrivesAfter: Bool) async {
        let (readGate, writeGate) = (Signal(), Signal())
        let rig = rig { context in
            if context.method == .post {
                await writeGate.reached()
                return .updated(2)
            }
            if context.number == 0 { await readGate.reached() }
            return .aws(#"{"Number":\#(context.number)}"#)
        }
        let read = rig.pipeline.respond(to: Self.reads[1], from: caller)
        await rig.origin.arrived.reached(1)
        let write = rig.pipeline.respond(to: .update(), from: caller)
        let writing = Task { await rig.answer(write) }
        await rig.origin.arrived.reached(2)
        for gate in arrivesAfter ? [writeGate, readGate] : [readGate, writeGate] {
            gate.fire()
            if gate === writeGate {
                #expect(await writing.value.status == 200)
                if arrivesAfter {
                    let joins = await rig.send(Self.reads[1])
                    #expect(joins.content == #"{"Number":2}"#, "joins no fetch that left before")
                }
            } else {
                #expect(await rig.answer(read).content == #"{"Number":0}"#)
            }
        }
        #expect(await rig.send(Self.reads[1]).content != #"{"Number":0}"#)
    }

    @Test func describeDatasetStillTeachesTheTableOfTheRecords() async {
        let rig = rig { context in
            context.path.contains("/records") ? .page(1) : .awsError(404, "ResourceNotFoundException")
        }
        _ = await rig.get()
        #expect(await rig.get(PipelineHarness.dataset).status == 404)
        #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
    }

    @Test func aPurgeDropsThemToo() async throws {
        let rig = rig()
        for read in Self.reads { _ = await rig.send(read) }
        let pool = try #require(IdentityPoolID(PipelineHarness.pool))
        #expect(rig.metadataCache.purge(pool: pool, identity: IdentityID("us-east-1:0"), dataset: nil) == 2)
        #expect(rig.metadataCache.purge(pool: pool, identity: nil, dataset: nil) == 6)
        #expect(rig.metadataCache.statistics.bytes == 0)
    }

    @Test func theMetricsTellOfEachOutcomeByOperation() async {
        let gate = Signal()
        let rig = rig { _ in
            await gate.reached()
            return .aws("{}")
        }
        let answers = (0..<2).map { _ in rig.pipeline.respond(to: Self.reads[1], from: caller) }
        gate.fire()
        for answer in answers { _ = await rig.answer(answer) }
        _ = await rig.send(Self.reads[1])
        let page = rig.metrics.exposition()
        for outcome in ["lead", "joined", "hit"] {
            let sample = #"syncgate_cache_lookups_total{operation="ListDatasets",outcome="\#(outcome)"} 1"#
            #expect(page.contains(sample), "\(outcome)")
        }
    }
}
