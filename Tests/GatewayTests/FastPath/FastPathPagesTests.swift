import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving
import Synchronization
import TestSupport
import Testing

@testable import Gateway
@testable import GatewayConfiguration
@testable import Telemetry

/// The fast path compared with the regular path: responses, metrics, access lines and charges are the same.
struct FastPathPagesTests {
    @Test func aHitHasTheSameBytesOnBothPaths() async throws {
        try await FastPathHarness.run(PipelineHarness()) { gateway in
            try await gateway.warm()
            gateway.harness.clock.advance(by: .milliseconds(1500))
            var (fastPath, regularPath): (RawResponse?, RawResponse?)
            #expect(try await gateway.hits { fastPath = try await gateway.get() } == 1)
            #expect(try await gateway.hits { regularPath = try await gateway.get(regular: true) } == 0)
            #expect(fastPath?.lines == regularPath?.lines)
            #expect(fastPath?.body == regularPath?.body)
            #expect(fastPath?.status == 200)
            #expect(fastPath?["age"] == "1")
            #expect(fastPath?["cache-status"] == "syncgate; hit; ttl=3")
            #expect(fastPath?["x-request-id"] == "id-1")
            #expect(gateway.harness.upstream.count == 1)
        }
    }

    @Test func anAbsentDatasetIsTheSameOnBothPaths() async throws {
        try await FastPathHarness.run(PipelineHarness { _ in .absentPage }) { gateway in
            try await gateway.warm()
            let fastPath = try await gateway.get()
            #expect(try await gateway.get(regular: true).lines == fastPath.lines)
            #expect(gateway.responder.count.value == 1)
            #expect(gateway.harness.metrics.snapshot().lookups.reduce(0, +) == 3)
        }
    }

    @Test(arguments: [nil, "", "not acceptable", String(repeating: "x", count: 129), "a/b"])
    func anInvalidRequestIDIsReplacedEachTime(id: String?) async throws {
        try await FastPathHarness.run(PipelineHarness()) { gateway in
            try await gateway.warm()
            var ids: Set<String> = []
            let hits = try await gateway.hits {
                for _ in 0..<20 { ids.insert(try await gateway.get(id: id)["x-request-id"] ?? "") }
            }
            #expect(hits == 20)
            #expect(ids.count == 20)
            #expect(ids.allSatisfy { $0.utf8.count == 36 && $0.dropFirst(14).first == "4" })
        }
    }

    @Test func metricsAreTheSameOnBothPaths() async throws {
        var pages: [String] = []
        for regular in [false, true] {
            let harness = PipelineHarness()
            try await FastPathHarness.run(harness) { fastPath in
                try await fastPath.warm()
                for _ in 0..<7 { _ = try await fastPath.get(regular: regular) }
                #expect(fastPath.responder.count.value == (regular ? 0 : 7))
            }
            let lines = harness.metrics.exposition().split(separator: "\n")
            pages.append(lines.filter { !$0.hasPrefix("process_") }.joined(separator: "\n"))
        }
        #expect(pages[0] == pages[1])
    }

    @Test func theAccessLineIsTheSameOnBothPaths() async throws {
        let lines = Mutex<[String]>([])
        let log = AccessLog(format: .json, identities: IdentityName(form: .hashed, salt: [1]))
        let writer = LogWriter(render: { log.line($0) }) { bytes in
            lines.withLock {
                $0 += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            }
        }
        let harness = PipelineHarness()
        try await FastPathHarness.run(
            harness,
            reporter: RequestReporter(metrics: harness.metrics, writer: writer)
        ) {
            fastPath in
            try await fastPath.warm()
            let parent =
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nX-Request-Id: a\r\n"
            for fields in [parent, parent + "X-Unknown: 1\r\n"] {
                _ = try await fastPath.send(
                    "GET \(PipelineHarness.records) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
                )
            }
            #expect(fastPath.responder.count.value == 1)
        }
        writer.stop(timeout: .seconds(30))
        // The order of lines from two threads is not fixed. The trace identifies the two.
        let traced = lines.withLock { $0.filter { $0.contains("0af7651916cd43dd8448eb211c80319c") } }
        #expect(traced.count == 2)
        #expect(traced.first == traced.last)
    }

    @Test func aWriteIsSeenAtOnce() async throws {
        let harness = PipelineHarness { received in
            received.method == .post ? .updated(2) : .page(received.number == 0 ? 1 : 2)
        }
        try await FastPathHarness.run(harness) { fastPath in
            try await fastPath.warm()
            #expect(try await fastPath.get().text.contains(#""DatasetSyncCount":1"#))
            _ = await harness.update()
            let after = try await fastPath.get()
            #expect(after.text.contains(#""DatasetSyncCount":2"#))
            #expect(fastPath.responder.count.value == 1)
            #expect(try await fastPath.get().text.contains(#""DatasetSyncCount":2"#))
            #expect(fastPath.responder.count.value == 2)
        }
    }

    @Test func aStalePageIsFetchedAgain() async throws {
        let harness = PipelineHarness { received in .page(received.number + 1) }
        try await FastPathHarness.run(harness) { fastPath in
            try await fastPath.warm()
            harness.clock.advance(by: .seconds(5))
            let response = try await fastPath.get()
            #expect(fastPath.responder.count.value == 0)
            #expect(response.text.contains(#""DatasetSyncCount":2"#))
            #expect(harness.upstream.count == 3, "the delta, and the creation date of the dataset")
        }
    }

    @Test func anEmptyBucketRefusesAsOnTheRegularPathAndIsChargedOnce() async throws {
        var responses: [[[String]]] = []
        for regular in [false, true] {
            let harness = PipelineHarness(
                configured: { $0.throttle.caller = .init(key: .address, rate: 1, burst: 5) },
                {
                    _ in .page(1)
                }
            )
            try await FastPathHarness.run(harness) { fastPath in
                var all: [[String]] = []
                for _ in 0..<8 { all.append(try await fastPath.get(regular: regular).lines) }
                harness.clock.advance(by: .seconds(2))
                for _ in 0..<3 { all.append(try await fastPath.get(regular: regular).lines) }
                #expect(fastPath.responder.count.value == (regular ? 0 : 6))
                responses.append(all)
            }
        }
        let statuses = responses[0].map { String($0[0].split(separator: " ")[1]) }
        #expect(statuses == ["200", "200", "200", "200", "200", "429", "429", "429", "200", "200", "429"])
        #expect(responses[0] == responses[1])
    }

    @Test func aRuntimeThatPermitsLessIsObeyedAtOnce() async throws {
        let harness = PipelineHarness()
        try await FastPathHarness.run(harness) { fastPath in
            try await fastPath.warm()
            #expect(try await fastPath.get().status == 200)
            let permitted = harness.currentRuntime.value.configuration.allow
            harness.reload { $0.allow.identityPools = .only([]) }
            #expect(try await fastPath.get().status == 403)
            #expect(try await fastPath.get().status == 403)
            harness.reload { $0.allow = permitted }
            #expect(try await fastPath.get().status == 200)
            #expect(fastPath.responder.count.value == 1)
            #expect(try await fastPath.get().status == 200)
            #expect(fastPath.responder.count.value == 2)
        }
    }

    @Test func everySpellingIsDecodedOnceAndSharesThePage() async throws {
        let harness = PipelineHarness()
        try await FastPathHarness.run(harness) { fastPath in
            let spellings = [
                PipelineHarness.records, PipelineHarness.records.replacing(":", with: "%3A"),
                PipelineHarness.records + "?nextToken=",
            ]
            for spelling in spellings {
                _ = try await fastPath.get(spelling)
                _ = try await fastPath.get(spelling)
                #expect(try await fastPath.hits { _ = try await fastPath.get(spelling) } == 1)
            }
            #expect(harness.upstream.count == 1)
            #expect(try await fastPath.get(PipelineHarness.records + "?maxResults=x").status == 400)
            #expect(try await fastPath.get(PipelineHarness.records + "/").status == 404)
        }
    }

    @Test func revalidationsAndSignedRequestsTakeTheRegularPath() async throws {
        let harness = PipelineHarness { received in .page(received.number + 1) }
        try await FastPathHarness.run(harness) { fastPath in
            try await fastPath.warm()
            let start = "GET \(PipelineHarness.records) HTTP/1.1\r\nHost: localhost\r\n"
            #expect(
                try await fastPath.send(start + "Cache-Control: no-cache\r\n\r\n")["cache-status"]?
                    .contains(
                        "fwd=request"
                    ) == true
            )
            #expect(
                try await fastPath.send(start + "Authorization: AWS4-HMAC-SHA256 x\r\n\r\n").status == 400
            )
            #expect(fastPath.responder.count.value == 0)
        }
    }

    @Test func aReadWithASessionTokenTakesTheRegularPath() async throws {
        let harness = PipelineHarness()
        try await FastPathHarness.run(harness) { fastPath in
            for _ in 0..<4 { _ = try await fastPath.get(PipelineHarness.records + "?syncSessionToken=t") }
            #expect(fastPath.responder.count.value == 0)
            #expect(harness.upstream.count == 4)
        }
    }

    /// Requests that are refused for their site are refused the same with a cached page as without.
    @Test(arguments: [
        "Host: evil.example\r\n", "Host: localhost.evil.example:80\r\n",
        "Host: localhost\r\nOrigin: https://evil.example\r\n",
        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
    ])
    func aRefusedSiteIsRefusedWithACachedPageToo(fields: String) async throws {
        let request = "GET \(PipelineHarness.records) HTTP/1.1\r\n\(fields)X-Request-Id: id-1\r\n\r\n"
        let cold = PipelineHarness()
        let harness = PipelineHarness()
        var expected: RawResponse?
        try await FastPathHarness.run(cold) { expected = try await $0.send(request) }
        try await FastPathHarness.run(harness) { fastPath in
            try await fastPath.warm()
            for _ in 0..<2 { #expect(try await fastPath.hits { _ = try await fastPath.get() } == 1) }
            var seen: RawResponse?
            #expect(try await fastPath.hits { seen = try await fastPath.send(request) } == 0)
            #expect(seen?.status == expected?.status)
            #expect(seen?.body == expected?.body)
            #expect([403, 421].contains(seen?.status))
            #expect(try await fastPath.hits { _ = try await fastPath.get() } == 1)
        }
    }

    @Test func hostsBeyondTheRememberedOnesTakeTheRegularPath() async throws {
        let harness = PipelineHarness()
        try await FastPathHarness.run(harness) { fastPath in
            try await fastPath.warm()
            for number in 0..<40 {
                let request = "GET \(PipelineHarness.records) HTTP/1.1\r\nHost: 127.0.0.\(number)\r\n\r\n"
                for expected in 0...1 {
                    var status: Int?
                    let hits = try await fastPath.hits { status = try await fastPath.send(request).status }
                    #expect(hits == expected && status == 200)
                }
            }
            #expect(harness.upstream.count == 1)
        }
    }

    @Test func theMemoryOfTargetsIsBounded() async throws {
        let harness = PipelineHarness()
        let dataset = try #require(DatasetName("profile"))
        let key = PageKey(
            dataset: DatasetScope(owner: try Self.owner, dataset: dataset),
            since: 0,
            maxResults: nil
        )
        _ = await harness.get()
        guard
            case .hit(let page) = harness.recordsCache.lookUp(key, revalidate: false, now: harness.clock.now)
        else {
            Issue.record("no page")
            return
        }
        let pages = FastPathPages()
        let host = "localhost".fingerprint
        func find(_ target: String, generation: UInt64) -> FastPathPage? {
            pages.remember(host: "localhost", by: .any, generation: generation)
            return pages.find(WireBytes(target), permit: 0, host: host, generation: generation)
        }
        let count = FastPathPages.sets * 4
        for number in 0..<count {
            pages.remember(Self.entry(page, "/\(number)", of: key), generation: 0)
        }
        let known = (0..<count).filter { find("/\($0)", generation: 0) != nil }
        #expect(known.count <= FastPathPages.sets * 2)
        #expect(known.count > FastPathPages.sets)
        #expect(known.contains(count - 1))
        #expect(find("/\(count - 1)", generation: 1) == nil)
        #expect(find("/\(count - 1)", generation: 0) == nil)
        let long = "/" + String(repeating: "a", count: FastPathPages.longestTarget)
        pages.remember(Self.entry(page, long, of: key), generation: 1)
        #expect(find(long, generation: 1) == nil)
    }

    private static func entry(_ page: PageHit<CachedPage>, _ target: String, of key: PageKey) -> FastPathPage
    {
        FastPathPage(
            target: WireBytes(target),
            permit: 0,
            identity: key.dataset.owner,
            page: page.page,
            lease: page.lease
        )
    }

    private static var owner: IdentityScope {
        get throws {
            IdentityScope(
                pool: try #require(IdentityPoolID(PipelineHarness.pool)),
                identity: try #require(IdentityID(PipelineHarness.identity))
            )
        }
    }
}
