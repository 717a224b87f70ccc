import CognitoSync
import HTTPTypes
import Messages
import Policy
import Synchronization
import Telemetry
import TestSupport
import Upstream

@testable import Gateway
@testable import GatewayConfiguration

/// The sight that callers, upstream, the access log and the metrics have of one sequence of requests.
struct PathTrace: Sendable {
    var responses: [[String]] = []
    var upstream: [String] = []
    var lines: [String] = []
    var metrics: [String] = []
    /// The number of requests that were taken over as they were recognised.
    var taken = 0

    /// Sends the requests that a seed leads to, each after the response to the one before.
    static func record(seed: UInt64, takesPlain: Bool) async throws -> PathTrace {
        let written = Mutex<[String]>([])
        let log = AccessLog(format: .json, identities: IdentityName(form: .hashed, salt: [1]))
        let writer = LogWriter(render: { log.line($0) }) { bytes in
            written.withLock {
                $0 += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            }
        }
        let harness = try harness(seed: seed)
        let reporter = RequestReporter(metrics: harness.metrics, writer: writer)
        let trace = Mutex(PathTrace())
        try await FastPathHarness.run(harness, reporter: reporter, takesPlain: takesPlain) { gateway in
            var requests = PathRequests(seed: seed)
            for number in 0..<150 {
                harness.clock.advance(by: requests.pause())
                if number % 50 == 49, seed % 3 == 0 {
                    harness.reload { $0.allow.identityPools = number == 49 ? .only([]) : .all }
                }
                let (method, text) = requests.next(number)
                let response = try await gateway.send(text, method: method)
                trace.withLock { $0.responses.append(response.lines + [response.text.withoutTokens]) }
            }
            try await harness.waitUntilIdle()
            trace.withLock { $0.taken = gateway.responder.plain.value }
        }
        writer.stop(timeout: .seconds(30))
        return trace.withLock { trace in
            trace.upstream = harness.upstream.requests.map {
                "\($0.method) \($0.path) \($0.request.head.headerFields) \(String(describing: $0.deadline))"
            }
            // Lines of two threads have no order.
            trace.lines = written.withLock { $0.sorted() }
            trace.metrics = harness.metrics.exposition().split(separator: "\n").map(String.init)
                .filter { !$0.hasPrefix("process_") }
            return trace
        }
    }

    /// Sends each case on a connection of its own, and returns the bytes that come back.
    static func responses(
        to cases: [CorpusCase],
        takesPlain: Bool
    ) async throws -> (responses: [String], taken: Int) {
        let harness = PipelineHarness(configured: { $0.listen.hosts = ["*"] })
        let result = Mutex<(responses: [String], taken: Int)>(([], 0))
        try await FastPathHarness.run(harness, takesPlain: takesPlain) { gateway in
            // From then on every host is known to be served.
            _ = try await gateway.get()
            let port = gateway.port
            let responses = try await offPool {
                try cases.map { item in
                    let connection = try RawConnection(port: port)
                    try? connection.send(item.bytes)
                    connection.finishSending()
                    let bytes = connection.read(within: .seconds(60)).bytes
                    return String(decoding: bytes, as: UTF8.self).withoutIDs
                }
            }
            result.withLock { $0 = (responses, gateway.responder.plain.value) }
        }
        return result.withLock { $0 }
    }

    /// A gateway for anyone, for callers with keys and tokens, or for those in a dry run, by the seed.
    private static func harness(seed: UInt64) throws -> PipelineHarness {
        PipelineHarness(
            configured: { configuration in
                configuration.throttle.caller = .init(key: .caller, rate: 5, burst: 30)
                configuration.throttle.identity = .init(key: .identity, rate: 4, burst: 20)
                configuration.throttle.upstream = .init(rate: 4, burst: 30)
                configuration.cache.reads = .init(all: seed % 2 == 0 ? .seconds(5) : .zero)
                guard seed % 3 > 0 else { return }
                configuration.callers.by.apiKey.file = "keys"
                configuration.callers.dryRun = seed % 3 == 2 && seed > 4
                configuration.callers.list = [
                    Configuration.NamedCaller(
                        name: "reader",
                        candidates: ["key:reader", "jwt:played:reader"].compactMap { CallerCandidate($0) },
                        grants: [
                            Configuration.CallerGrant(operations: .only([.listRecords, .listDatasets]))
                        ],
                        throttle: nil,
                        inFlight: nil
                    ),
                    Configuration.NamedCaller(
                        name: "own",
                        candidates: ["jwt:played:phone"].compactMap { CallerCandidate($0) },
                        grants: [
                            Configuration.CallerGrant(operations: .only([.listRecords]), identities: .own)
                        ],
                        throttle: nil,
                        inFlight: nil
                    ),
                ]
            },
            keys: seed % 3 > 0 ? try NamedCallersTests.keys() : nil,
            tokens: seed % 3 > 0 ? PlayedTokens() : nil
        ) { received throws(UpstreamError) in
            if received.method == .post { return .updated(received.number + 2) }
            switch received.number % 13 {
            case 5: return .awsError(500, "InternalErrorException")
            case 7: return .awsError(429, "TooManyRequestsException", "slow down")
            case 9: return .awsError(404, "ResourceNotFoundException")
            case 11: throw UpstreamError(.cut, phase: .partlyReceived, detail: "cut")
            default: return .page(received.number / 10 + 1)
            }
        }
    }
}

/// A sequence of requests, the same for the same seed.
private struct PathRequests {
    private var random: SplitMix64
    /// Whether the gateway knows its callers by name.
    private let namesCallers: Bool

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        namesCallers = seed % 3 > 0
    }

    mutating func pause() -> Duration { .milliseconds(random.below(4) == 0 ? random.below(3000) : 0) }

    /// Returns a method and the bytes of a request; most are plain GETs.
    mutating func next(_ number: Int) -> (method: String, text: String) {
        let identity = "us-east-1:aaaaaaaa-0000-4000-8000-00000000000\(1 + random.below(2))"
        let pool = "/identitypools/\(PipelineHarness.pool)"
        let datasets = "\(pool)/identities/\(identity)/datasets"
        let dataset = "\(datasets)/\(["profile", "settings", "a%2Eb", "%zz"][random.below(4)])"
        let records = "\(dataset)/records"
        let targets = [
            records, records, records, records + "?syncSessionToken=t", records + "?syncSessionToken=t",
            records + "?lastSyncCount=\(random.below(4))", records + "?maxResults=\(random.below(4))",
            records + "?maxResults=x", records + "?nextToken=foreign", records + "?nextToken=syncgate1.AAAA",
            records + "?syncSessionToken=syncgate1.AAAA", records + "?X-Amz-Signature=1", dataset, datasets,
            datasets + "?maxResults=3", pool, "\(pool)/identities/\(identity)", "/identitypools", "/", "/?a",
            "/nothing", records + "/", "//", "\(pool)/configuration", "\(pool)/events",
            "\(pool)/getBulkPublishDetails",
        ]
        let target = targets[random.below(targets.count)]
        var fields =
            "Host: \(["localhost", "localhost", "localhost", "127.0.0.1:80", "evil.example"][random.below(5)])\r\n"
        fields += "X-Request-Id: n\(number)\r\n"
        let others = [
            "", "", "", "", "Accept: */*\r\nUser-Agent: a\r\n", "Connection: keep-alive\r\n",
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n",
            "Content-Type: application/json\r\n", "Cache-Control: no-cache\r\n",
            "Cache-Control: only-if-cached\r\n",
            "Origin: https://evil.example\r\n", "X-Forwarded-For: 192.0.2.1\r\n",
            "amz-sdk-invocation-id: \(number % 7)\r\n", "X-Unknown: 1\r\n",
        ]
        fields += others[random.below(others.count)]
        let key = "x-api-key: \(NamedCallersTests.keyOfReader)\r\n"
        let usual = namesCallers ? key : ""
        let credentials = [
            usual, usual, usual, usual, usual, usual, "", key,
            "x-api-key: \(NamedCallersTests.keyOfWriter)\r\n", "Authorization: Bearer reader\r\n",
            "Authorization: Bearer phone/\(identity)\r\n", "Authorization: Bearer forged\r\n",
            "Authorization: AWS4-HMAC-SHA256 x\r\n",
        ]
        fields += credentials[random.below(credentials.count)]
        switch random.below(24) {
        case 0: return ("HEAD", "HEAD \(target) HTTP/1.1\r\n\(fields)\r\n")
        case 1: return ("OPTIONS", "OPTIONS \(target) HTTP/1.1\r\n\(fields)\r\n")
        case 2: return ("GET", "GET http://localhost\(target) HTTP/1.1\r\n\(fields)\r\n")
        case 3: return ("GET", "GET \(target) HTTP/1.0\r\nConnection: keep-alive\r\n\(fields)\r\n")
        case 4:
            let body = String(decoding: Request.update().body, as: UTF8.self)
            return (
                "POST",
                "POST \(dataset) HTTP/1.1\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
        default: return ("GET", "GET \(target) HTTP/1.1\r\n\(fields)\r\n")
        }
    }
}

extension String {
    /// The text without tokens of the gateway's own, whose key each gateway draws.
    fileprivate var withoutTokens: String { replacing(/syncgate1\.[A-Za-z0-9_-]+/, with: "syncgate1.") }

    /// The text without dates, and without the ids that the gateway draws.
    fileprivate var withoutIDs: String {
        withoutTokens.replacing(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "id")
            .replacing(/date: [^\r]*\r\n/, with: "")
    }
}
