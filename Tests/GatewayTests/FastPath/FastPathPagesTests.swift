import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// One connection to a gateway with a scripted origin, on one event loop.
private final class FastPathHarness: Sendable {
    let rig: PipelineHarness
    let watched: CountingResponder
    private let server: HTTPServer
    private let connection: Mutex<RawConnection>

    private init(rig: PipelineHarness, watched: CountingResponder, server: HTTPServer) throws {
        self.rig = rig
        self.watched = watched
        self.server = server
        connection = Mutex(try RawConnection(port: server.boundPort))
    }

    static func run(
        _ rig: PipelineHarness,
        telemetry: Telemetry? = nil,
        _ body: (FastPathHarness) async throws -> Void
    ) async throws {
        let watched = CountingResponder(pipeline: rig.pipeline(telling: telemetry))
        try await PipelineHarness.serve(watched) { server in
            try await body(FastPathHarness(rig: rig, watched: watched, server: server))
        }
    }

    /// `X-Long` is nothing that the recogniser knows, so with it a request goes the long way.
    func get(
        _ path: String = PipelineHarness.records,
        long: Bool = false,
        id: String? = "id-1"
    ) async throws -> RawResponse {
        let fields = (id.map { "X-Request-Id: \($0)\r\n" } ?? "") + (long ? "X-Long: 1\r\n" : "")
        return try await exchange("GET \(path) HTTP/1.1\r\nHost: gateway\r\nAccept: */*\r\n\(fields)\r\n")
    }

    func exchange(_ text: String) async throws -> RawResponse {
        try await offPool {
            try self.connection.withLock { connection in
                let answers = try connection.exchange(text, within: .seconds(120))
                guard let answer = answers.first else { throw RawConnection.Failure.noAnswer }
                return answer
            }
        }
    }

    /// A request for a page that is not held yet: from then on the target is hot.
    func warm(_ path: String = PipelineHarness.records) async throws {
        _ = try await get(path)
        #expect(watched.count.value == 0)
    }

    /// What `body` asks, and how many of those requests were answered from their bytes.
    func hits(_ body: () async throws -> Void) async throws -> Int {
        let before = watched.count.value
        try await body()
        return watched.count.value - before
    }
}

extension RawConnection.Failure {
    fileprivate static var noAnswer: any Error { TestFailure() }
}

private struct TestFailure: Error {}

/// The hot way against the long way: what is answered, counted, logged and charged is the same.
struct FastPathPagesTests {
    @Test func aHitIsTheSameBytesOnBothWays() async throws {
        try await FastPathHarness.run(PipelineHarness()) { rig in
            try await rig.warm()
            rig.rig.clock.advance(by: .milliseconds(1500))
            var (fastPath, long): (RawResponse?, RawResponse?)
            #expect(try await rig.hits { fastPath = try await rig.get() } == 1)
            #expect(try await rig.hits { long = try await rig.get(long: true) } == 0)
            #expect(fastPath?.lines == long?.lines)
            #expect(fastPath?.body == long?.body)
            #expect(fastPath?.status == 200)
            #expect(fastPath?["age"] == "1")
            #expect(fastPath?["cache-status"] == "syncgate; hit; ttl=3")
            #expect(fastPath?["x-request-id"] == "id-1")
            #expect(rig.rig.origin.count == 1)
        }
    }

    @Test func anAbsentDatasetIsTheSameOnBothWays() async throws {
        try await FastPathHarness.run(PipelineHarness { _ in .absentPage }) { rig in
            try await rig.warm()
            let fastPath = try await rig.get()
            #expect(try await rig.get(long: true).lines == fastPath.lines)
            #expect(rig.watched.count.value == 1)
            #expect(rig.rig.metrics.snapshot().lookups.reduce(0, +) == 3)
        }
    }

    @Test(arguments: [nil, "", "not acceptable", String(repeating: "x", count: 129), "a/b"])
    func whoGivesNoGoodRequestIDGetsANewOneEachTime(id: String?) async throws {
        try await FastPathHarness.run(PipelineHarness()) { rig in
            try await rig.warm()
            var ids: Set<String> = []
            let hits = try await rig.hits {
                for _ in 0..<20 { ids.insert(try await rig.get(id: id)["x-request-id"] ?? "") }
            }
            #expect(hits == 20)
            #expect(ids.count == 20)
            #expect(ids.allSatisfy { $0.utf8.count == 36 && $0.dropFirst(14).first == "4" })
        }
    }

    @Test func metricsAreTheSameOnBothWays() async throws {
        var pages: [String] = []
        for long in [false, true] {
            let rig = PipelineHarness()
            try await FastPathHarness.run(rig) { fastPath in
                try await fastPath.warm()
                for _ in 0..<7 { _ = try await fastPath.get(long: long) }
                #expect(fastPath.watched.count.value == (long ? 0 : 7))
            }
            let lines = rig.metrics.exposition().split(separator: "\n")
            pages.append(lines.filter { !$0.hasPrefix("process_") }.joined(separator: "\n"))
        }
        #expect(pages[0] == pages[1])
    }

    @Test func theAccessLineIsTheSameOnBothWays() async throws {
        let lines = Mutex<[String]>([])
        let log = AccessLog(format: .json, identities: IdentityName(form: .hashed, salt: [1]))
        let writer = LogWriter(render: { log.line($0) }) { bytes in
            lines.withLock {
                $0 += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            }
        }
        let rig = PipelineHarness()
        try await FastPathHarness.run(rig, telemetry: Telemetry(metrics: rig.metrics, writer: writer)) {
            fastPath in
            try await fastPath.warm()
            let parent =
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nX-Request-Id: a\r\n"
            for fields in [parent, parent + "X-Long: 1\r\n"] {
                _ = try await fastPath.exchange(
                    "GET \(PipelineHarness.records) HTTP/1.1\r\nHost: gateway\r\n\(fields)\r\n"
                )
            }
            #expect(fastPath.watched.count.value == 1)
        }
        writer.stop(timeout: .seconds(30))
        // Lines of different threads may change places: the two are known by their trace.
        let ours = lines.withLock { $0.filter { $0.contains("0af7651916cd43dd8448eb211c80319c") } }
        #expect(ours.count == 2)
        #expect(ours.first == ours.last)
    }

    @Test func aWriteIsSeenAtOnce() async throws {
        let rig = PipelineHarness { context in
            context.method == .post ? .updated(2) : .page(context.number == 0 ? 1 : 2)
        }
        try await FastPathHarness.run(rig) { fastPath in
            try await fastPath.warm()
            #expect(try await fastPath.get().text.contains(#""DatasetSyncCount":1"#))
            _ = await rig.update()
            let after = try await fastPath.get()
            #expect(after.text.contains(#""DatasetSyncCount":2"#))
            #expect(fastPath.watched.count.value == 1)
            #expect(try await fastPath.get().text.contains(#""DatasetSyncCount":2"#))
            #expect(fastPath.watched.count.value == 2)
        }
    }

    @Test func anExpiredPageIsFetchedAnew() async throws {
        let rig = PipelineHarness { context in .page(context.number + 1) }
        try await FastPathHarness.run(rig) { fastPath in
            try await fastPath.warm()
            rig.clock.advance(by: .seconds(5))
            let answer = try await fastPath.get()
            #expect(fastPath.watched.count.value == 0)
            #expect(answer.text.contains(#""DatasetSyncCount":2"#))
            #expect(rig.origin.count == 3, "what has changed, and when the dataset was made")
        }
    }

    @Test func anEmptyBucketIsAnsweredAsOnTheLongWayAndPaysOnce() async throws {
        var answers: [[[String]]] = []
        for long in [false, true] {
            let rig = PipelineHarness(
                configured: { $0.throttle.caller = .init(key: .address, rate: 1, burst: 5) },
                {
                    _ in .page(1)
                }
            )
            try await FastPathHarness.run(rig) { fastPath in
                var all: [[String]] = []
                for _ in 0..<8 { all.append(try await fastPath.get(long: long).lines) }
                rig.clock.advance(by: .seconds(2))
                for _ in 0..<3 { all.append(try await fastPath.get(long: long).lines) }
                #expect(fastPath.watched.count.value == (long ? 0 : 6))
                answers.append(all)
            }
        }
        let statuses = answers[0].map { String($0[0].split(separator: " ")[1]) }
        #expect(statuses == ["200", "200", "200", "200", "200", "429", "429", "429", "200", "200", "429"])
        #expect(answers[0] == answers[1])
    }

    @Test func settingsThatPermitLessAreObeyedAtOnce() async throws {
        let rig = PipelineHarness()
        try await FastPathHarness.run(rig) { fastPath in
            try await fastPath.warm()
            #expect(try await fastPath.get().status == 200)
            let runtime = rig.currentRuntime.value
            var configuration = runtime.configuration
            configuration.allow.identityPools = .only([])
            rig.currentRuntime.replace(
                by: Runtime(configuration, forwarder: runtime.forwarder, sealer: .random())
            )
            #expect(try await fastPath.get().status == 403)
            #expect(try await fastPath.get().status == 403)
            rig.currentRuntime.replace(by: runtime)
            #expect(try await fastPath.get().status == 200)
            #expect(fastPath.watched.count.value == 1)
            #expect(try await fastPath.get().status == 200)
            #expect(fastPath.watched.count.value == 2)
        }
    }

    @Test func everySpellingIsDecodedOnceForItselfAndSharesThePage() async throws {
        let rig = PipelineHarness()
        try await FastPathHarness.run(rig) { fastPath in
            let spellings = [
                PipelineHarness.records, PipelineHarness.records.replacing(":", with: "%3A"),
                PipelineHarness.records + "?nextToken=",
            ]
            for spelling in spellings {
                _ = try await fastPath.get(spelling)
                _ = try await fastPath.get(spelling)
                #expect(try await fastPath.hits { _ = try await fastPath.get(spelling) } == 1)
            }
            #expect(rig.origin.count == 1)
            #expect(try await fastPath.get(PipelineHarness.records + "?maxResults=x").status == 400)
            #expect(try await fastPath.get(PipelineHarness.records + "/").status == 404)
        }
    }

    @Test func whatAsksForConfirmationOrIsSignedIsNotHot() async throws {
        let rig = PipelineHarness { context in .page(context.number + 1) }
        try await FastPathHarness.run(rig) { fastPath in
            try await fastPath.warm()
            let start = "GET \(PipelineHarness.records) HTTP/1.1\r\nHost: gateway\r\n"
            #expect(
                try await fastPath.exchange(start + "Cache-Control: no-cache\r\n\r\n")["cache-status"]?
                    .contains(
                        "fwd=request"
                    ) == true
            )
            #expect(
                try await fastPath.exchange(start + "Authorization: AWS4-HMAC-SHA256 x\r\n\r\n").status == 400
            )
            #expect(fastPath.watched.count.value == 0)
        }
    }

    @Test func aReadWithASessionTokenIsNeverHot() async throws {
        let rig = PipelineHarness()
        try await FastPathHarness.run(rig) { fastPath in
            for _ in 0..<4 { _ = try await fastPath.get(PipelineHarness.records + "?syncSessionToken=t") }
            #expect(fastPath.watched.count.value == 0)
            #expect(rig.origin.count == 4)
        }
    }

    @Test func theMemoryOfTargetsIsBounded() async throws {
        let rig = PipelineHarness()
        let dataset = try #require(DatasetName("profile"))
        let key = PageKey(
            dataset: DatasetScope(owner: try Self.owner, dataset: dataset),
            since: 0,
            maxResults: nil
        )
        _ = await rig.get()
        guard case .hit(let page) = rig.reads.lookUp(key, revalidate: false, now: rig.clock.now) else {
            Issue.record("no page")
            return
        }
        let reads = FastPathPages()
        let count = FastPathPages.sets * 4
        for number in 0..<count {
            reads.remember(Self.read(page, "/\(number)", of: key), generation: 0)
        }
        let known = (0..<count).filter { reads.find(WireBytes("/\($0)"), generation: 0) != nil }
        #expect(known.count <= FastPathPages.sets * 2)
        #expect(known.count > FastPathPages.sets)
        #expect(known.contains(count - 1))
        #expect(reads.find(WireBytes("/\(count - 1)"), generation: 1) == nil)
        #expect(reads.find(WireBytes("/\(count - 1)"), generation: 0) == nil)
        let long = "/" + String(repeating: "a", count: FastPathPages.longestTarget)
        reads.remember(Self.read(page, long, of: key), generation: 1)
        #expect(reads.find(WireBytes(long), generation: 1) == nil)
    }

    private static func read(_ page: PageHit<CachedPage>, _ target: String, of key: PageKey) -> FastPathPage {
        FastPathPage(
            target: WireBytes(target),
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
