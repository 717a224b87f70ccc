import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving
import Telemetry
import Testing
import Upstream

@testable import Gateway
@testable import GatewayConfiguration

/// The eight reads beside ListRecords, through the whole pipeline.
@Suite(.timeLimit(.minutes(1))) struct MetadataReadsTests {
    private static let pool = "/identitypools/\(PipelineHarness.pool)"
    private static let owner = "\(pool)/identities/\(PipelineHarness.identity)"

    private static let reads: [Request] = [
        .get(PipelineHarness.dataset), .get(owner + "/datasets"), .get(owner), .get(pool),
        .get("/identitypools"),
        .get(pool + "/configuration"), .get(pool + "/events"), .make(.post, pool + "/getBulkPublishDetails"),
    ]

    private let caller = Caller(address: "10.0.0.1")

    private static let numbered: ScriptedSender.Script = { .aws(#"{"Number":\#($0.number)}"#) }

    private func harness(
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

    private func harness(_ script: @escaping ScriptedSender.Script = numbered) -> PipelineHarness {
        harness(configured: { _ in }, script)
    }

    private static func withNoCache(_ request: Request) -> Request {
        var request = request
        request.head.headerFields[.cacheControl] = "no-cache"
        return request
    }

    @Test(arguments: reads.indices) func aRepeatedReadIsFetchedOnce(position: Int) async {
        let (harness, request) = (harness(), Self.reads[position])
        let first = await harness.send(request)
        #expect(first["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        let second = await harness.send(request)
        #expect(second["Cache-Status"]?.hasPrefix("syncgate; hit; ttl=") == true)
        #expect(second["Age"] == "0")
        #expect(second.body == first.body)
        #expect(harness.upstream.count == 1)
        #expect(harness.metadataCache.statistics.pages == 1)
    }

    @Test(arguments: reads.indices) func aReadWithoutALifetimeIsForwardedEachTime(position: Int) async {
        let harness = harness(configured: { $0.cache.reads = .init(all: .zero) })
        for _ in 0..<2 {
            #expect(await harness.send(Self.reads[position])["Cache-Status"] == "syncgate; fwd=bypass")
        }
        #expect(harness.upstream.count == 2)
    }

    @Test(arguments: reads.indices) func aDirectiveToRevalidateIsObeyed(position: Int) async {
        let (harness, request) = (harness(), Self.reads[position])
        _ = await harness.send(request)
        let revalidated = await harness.send(Self.withNoCache(request))
        #expect(revalidated["Cache-Status"] == "syncgate; fwd=request; stored")
        #expect(revalidated.content == #"{"Number":1}"#)
        #expect(await harness.send(request).body == revalidated.body)
        #expect(harness.upstream.count == 2)
    }

    @Test func noResponseIsCachedBeyondItsLifetime() async {
        let harness = harness(configured: { $0.cache.reads.listDatasets = .seconds(4) })
        _ = await harness.send(Self.reads[1])
        harness.clock.advance(by: .milliseconds(3_999))
        let last = await harness.send(Self.reads[1])
        #expect(last["Cache-Status"] == "syncgate; hit; ttl=0")
        #expect(last["Age"] == "3")
        harness.clock.advance(by: .milliseconds(1))
        #expect(await harness.send(Self.reads[1])["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
    }

    @Test func aThousandReadsAtOnceMakeOneFetch() async {
        let gate = Signal()
        let harness = harness { _ in
            await gate.reached()
            return .aws("{}")
        }
        let responses = (0..<1000).map { _ in harness.pipeline.respond(to: Self.reads[1], from: caller) }
        #expect(harness.admission.inFlight == 1000)
        let statuses = await withTaskGroup(of: Response.self) { group in
            for response in responses { group.addTask { await harness.response(of: response) } }
            await harness.upstream.arrived.reached()
            gate.fire()
            var statuses: [String: Int] = [:]
            for await response in group { statuses[response["Cache-Status"] ?? "", default: 0] += 1 }
            return statuses
        }
        #expect(statuses == ["syncgate; fwd=uri-miss; stored": 1, "syncgate; fwd=uri-miss; collapsed": 999])
        #expect(harness.upstream.count == 1)
        #expect(harness.admission.inFlight == 0)
    }

    @Test func aFetchWithoutWaitersContinues() async {
        let gate = Signal()
        let harness = harness { _ in
            await gate.reached()
            return .aws("{}")
        }
        let response = harness.pipeline.respond(to: Self.reads[0], from: caller)
        let task = Task { await harness.response(of: response) }
        await harness.upstream.arrived.reached()
        task.cancel()
        #expect(await task.value.status == 499)
        let joined = harness.pipeline.respond(to: Self.reads[0], from: caller)
        gate.fire()
        #expect(await harness.response(of: joined)["Cache-Status"] == "syncgate; fwd=uri-miss; collapsed")
        #expect(harness.upstream.count == 1)
    }

    @Test(arguments: [400, 403, 404, 429, 500])
    func noErrorIsCached(status: Int) async {
        let harness = harness { _ in .awsError(status, "SomeException") }
        for _ in 0..<2 {
            let before = harness.upstream.count
            #expect(await harness.send(Self.reads[0]).status == status)
            #expect(harness.upstream.count > before)
        }
        #expect(harness.metadataCache.statistics.pages == 0)
    }

    @Test func aMalformedResponseIsNotCached() async {
        let harness = harness { _ in .aws("no JSON") }
        #expect(await harness.send(Self.reads[2]).status == 502)
        #expect(harness.metadataCache.statistics.pages == 0)
    }

    @Test func anEmptyBucketRefusesALeadAndLeavesNothingBehind() async {
        let harness = harness(configured: { $0.throttle.identity = .init(key: .identity, rate: 1, burst: 1) })
        #expect(await harness.send(Self.reads[0]).status == 200)
        let refused = await harness.send(Self.reads[1])
        #expect(refused.status == 429)
        #expect(refused["Cache-Status"] == "syncgate; detail=refused")
        #expect(await harness.send(Self.reads[0]).status == 200, "a hit is free")
        #expect(harness.metadataCache.statistics.fetches == 0)
        #expect(harness.admission.inFlight == 0)
    }

    @Test func withoutMemoryReadsAreSharedAndNotCached() async {
        let gate = Signal()
        let harness = harness(configured: { $0.cache.memory = 0 }) { _ in
            await gate.reached()
            return .aws("{}")
        }
        let responses = (0..<2).map { _ in harness.pipeline.respond(to: Self.reads[0], from: caller) }
        gate.fire()
        for response in responses { #expect(await harness.response(of: response).status == 200) }
        #expect(harness.upstream.count == 1)
        #expect(await harness.send(Self.reads[0])["Cache-Status"] == "syncgate; fwd=uri-miss")
    }

    @Test func aLaterPageOfAListingIsNotCached() async {
        let harness = harness()
        for number in 1...2 {
            let page = await harness.get(Self.owner + "/datasets?nextToken=t&maxResults=1")
            #expect(page["Cache-Status"] == "syncgate; fwd=uri-miss")
            #expect(harness.upstream.count == number)
        }
    }

    @Test func anotherPageOrFormIsAnotherResponse() async {
        let harness = harness()
        var bodies: Set<String> = []
        for query in ["", "?maxResults=1", "?maxResults=2"] {
            bodies.insert(await harness.get(Self.owner + "/datasets" + query).content)
        }
        #expect(bodies.count == 3)
        let input =
            #"{"IdentityPoolId":"\#(PipelineHarness.pool)","IdentityId":"\#(PipelineHarness.identity)"}"#
        let envelope = await harness.send(.envelope("ListDatasets", input))
        #expect(envelope.content.hasPrefix(#"{"Output":{"#))
        #expect(envelope.content.contains(#""Number":0"#))
        #expect(harness.upstream.count == 3)
    }
}

/// The writes that invalidate a response, and the fence against older fetches.
extension MetadataReadsTests {
    private static let writes: [(Request, stale: Set<Int>)] = [
        (.update(), [0, 1, 2, 3, 4]), (.make(.delete, PipelineHarness.dataset), [0, 1, 2, 3, 4]),
        (.make(.post, pool + "/configuration", "{}"), [3, 4, 5]),
        (.make(.post, pool + "/events", #"{"Events":{}}"#), [3, 4, 6]),
        (.make(.post, pool + "/bulkpublish"), [7]),
    ]

    @Test(arguments: writes.indices, [200, 409, 500])
    func aWriteInvalidatesTheReadsThatItMayChange(position: Int, status: Int) async {
        let (write, stale) = Self.writes[position]
        let harness = harness { received in
            let isRead = received.method == .get || received.path.hasSuffix("getBulkPublishDetails")
            if isRead { return .aws("{}") }
            return status == 200 ? .updated(2) : .awsError(status, "X")
        }
        for read in Self.reads { _ = await harness.send(read) }
        #expect(await harness.send(write).status == status)
        for (index, read) in Self.reads.enumerated() {
            let isHit = await harness.send(read)["Cache-Status"]?.hasPrefix("syncgate; hit") == true
            #expect(isHit != stale.contains(index), "\(read.head.path ?? "")")
        }
    }

    @Test(arguments: [true, false])
    func aReadThatLeftBeforeAWriteEndedIsNotCached(arrivesAfter: Bool) async {
        let (readGate, writeGate) = (Signal(), Signal())
        let harness = harness { received in
            if received.method == .post {
                await writeGate.reached()
                return .updated(2)
            }
            if received.number == 0 { await readGate.reached() }
            return .aws(#"{"Number":\#(received.number)}"#)
        }
        let read = harness.pipeline.respond(to: Self.reads[1], from: caller)
        await harness.upstream.arrived.reached(1)
        let write = harness.pipeline.respond(to: .update(), from: caller)
        let writing = Task { await harness.response(of: write) }
        await harness.upstream.arrived.reached(2)
        for gate in arrivesAfter ? [writeGate, readGate] : [readGate, writeGate] {
            gate.fire()
            if gate === writeGate {
                #expect(await writing.value.status == 200)
                if arrivesAfter {
                    let joins = await harness.send(Self.reads[1])
                    #expect(joins.content == #"{"Number":2}"#, "the read joins no fetch that left before")
                }
            } else {
                #expect(await harness.response(of: read).content == #"{"Number":0}"#)
            }
        }
        #expect(await harness.send(Self.reads[1]).content != #"{"Number":0}"#)
    }

    @Test func describeDatasetStillInformsTheRecordsCache() async {
        let harness = harness { received in
            received.path.contains("/records") ? .page(1) : .awsError(404, "ResourceNotFoundException")
        }
        _ = await harness.get()
        #expect(await harness.get(PipelineHarness.dataset).status == 404)
        #expect(await harness.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
    }

    @Test func aPurgeDropsThemToo() async throws {
        let harness = harness()
        for read in Self.reads { _ = await harness.send(read) }
        let pool = try #require(IdentityPoolID(PipelineHarness.pool))
        #expect(
            harness.metadataCache.purge(pool: pool, identity: IdentityID("us-east-1:0"), dataset: nil) == 2
        )
        #expect(harness.metadataCache.purge(pool: pool, identity: nil, dataset: nil) == 6)
        #expect(harness.metadataCache.statistics.bytes == 0)
    }

    @Test func theMetricsCountEachOutcomeByOperation() async {
        let gate = Signal()
        let harness = harness { _ in
            await gate.reached()
            return .aws("{}")
        }
        let responses = (0..<2).map { _ in harness.pipeline.respond(to: Self.reads[1], from: caller) }
        gate.fire()
        for response in responses { _ = await harness.response(of: response) }
        _ = await harness.send(Self.reads[1])
        let page = harness.metrics.exposition()
        for outcome in ["lead", "joined", "hit"] {
            let sample = #"syncgate_cache_lookups_total{operation="ListDatasets",outcome="\#(outcome)"} 1"#
            #expect(page.contains(sample), "\(outcome)")
        }
    }
}
