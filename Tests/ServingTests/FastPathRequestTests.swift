import HTTPTypes
import Messages
import NIOCore
import Serving
import TestSupport
import Testing

/// The recognizer against the framing: both must accept the same request and read the same in it.
struct FastPathRequestTests {
    private static let plain =
        "GET /identitypools/p/identities/i/datasets/d/records?lastSyncCount=7 HTTP/1.1\r\n"
        + "Host: gateway.internal:8080\r\nAccept-Encoding: identity\r\n"
        + "User-Agent: Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux\r\n"
        + "X-Request-Id: b3d2e31e-d6b7-4612-8e84-c9ba288dab5d\r\nConnection: Keep-Alive\r\n"
        + "amz-sdk-invocation-id: 9f3c3a3c-6f6a-4f0c-9d8f-0e4a6a1f9b1e\r\namz-sdk-request: attempt=1\r\n\r\n"

    private static func read(_ text: String, limits: ServerLimits = ServerLimits()) -> FastPathRequest? {
        FastPathRequest(ByteBuffer(string: text), limits: limits)
    }

    @Test func aPlainGetIsRecognizedAndEndsWhereItEnds() throws {
        let request = try #require(Self.read(Self.plain + "GET /next"))
        #expect(request.target.text == "/identitypools/p/identities/i/datasets/d/records?lastSyncCount=7")
        #expect(request.host == "gateway.internal:8080".fingerprint)
        #expect(request.requestID?.text == "b3d2e31e-d6b7-4612-8e84-c9ba288dab5d")
        #expect(request.traceParent == nil)
        #expect(request.length == Self.plain.utf8.count)
    }

    @Test func aCredentialIsPassedOnAsItCame() throws {
        let token = try #require(Self.read("GET / HTTP/1.1\r\nHost: h\r\nAUTHORIZATION: Bearer a.b\r\n\r\n"))
        #expect(token.credential == CallerCredential(.authorization, WireBytes("Bearer a.b")))
        let key = try #require(Self.read("GET / HTTP/1.1\r\nX-Api-Key:  k \u{21}\r\nHost: h\r\n\r\n"))
        #expect(key.credential == CallerCredential(.key, WireBytes("k !")))
        #expect(key.credential != CallerCredential(.authorization, WireBytes("k !")))
        #expect(try #require(Self.read(Self.plain)).credential == nil)
    }

    @Test func noBeginningOfARequestIsARequest() {
        let bytes = [UInt8](Self.plain.utf8)
        for count in 0..<bytes.count {
            #expect(FastPathRequest(ByteBuffer(bytes: bytes[..<count]), limits: ServerLimits()) == nil)
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nhost:h\r\n\r\n",
        "GET / HTTP/1.1\r\nHOST:   h:1\r\nACCEPT:\r\n\r\n",
        "GET /a..b/?x... HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /%2e%2e/:~!$&'()*+,;=@ HTTP/1.1\r\nHost: h_1~-.x\r\nUser-Agent:\r\n\r\n",
        "GET / HTTP/1.1\r\nTraceParent: 00-1-2-01\r\nHost: h\r\nconnection: KEEP-alive\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nAccept: */*\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.1, 10.0.0.1\r\nX-Forwarded-Proto: https\r\n"
            + "X-Forwarded-Port: 443\r\nX-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678\r\n\r\n",
    ])
    func aPlainRequestIsRecognized(text: String) throws {
        #expect(try #require(Self.read(text)).length == text.utf8.count)
    }

    @Test(arguments: [
        "Content-Length: 0", "Transfer-Encoding: chunked", "Expect: 100-continue", "Upgrade: h2c",
        "Range: bytes=0-1",
        "Connection: close", "Connection: keep-alive, x", "Connection:", "Cache-Control: no-cache",
        "If-None-Match: *", "X-Amz-Target: x", "X-Amz-Date: x", "X-Amz-Security-Token: x",
        "Cookie: a=b", "Host: h", "TE: trailers", "X-Other: 1", "X-Request-Idx: 1", "X-Request-I: 1",
        "x-request-id: 1\r\nX-Request-Id: 2", "traceparent: a\r\ntraceparent: b",
        "Authorization: x\r\nauthorization: x", "Authorization: x\r\nx-api-key: x",
        "x-api-key: x\r\nX-API-Key: y",
        "Proxy-Authorization: x", "Accept : x", " Accept: x",
        "Forwarded: for=192.0.2.1", "x-forwarded-for: a\r\nX-Forwarded-For: b", "X-Forwarded-Host: h",
        "Accept",
        "Accept: a\tb", "Accept: a ", "Accept: a\u{7f}", "Accept: \u{e9}", "Accept: a\r b",
        "Accept: a\nHost: b",
        "Accept: a\u{0}", "user\u{d}agent: x", "User\u{e}Agent: x", ": x",
        "Accept\u{1a} x", "Acc%45pt: x", "accep\u{54}: x\r\nKeep-Alive: 1", "amz-sdk-invocation-ix: 1",
        "amz-sdk-invocation-idx: 1", "Proxy-Connection: keep-alive",
    ])
    func aRequestWithAnotherFieldTakesTheRegularPath(field: String) {
        #expect(Self.read("GET / HTTP/1.1\r\nHost: h\r\n\(field)\r\n\r\n") == nil)
        #expect(Self.read("GET / HTTP/1.1\r\n\(field)\r\nHost: h\r\n\r\n") == nil)
    }

    @Test(arguments: [
        "get / HTTP/1.1", "HEAD / HTTP/1.1", "POST / HTTP/1.1", "GET / HTTP/1.0", "GET / HTTP/1.2",
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ", "GET /  HTTP/1.1", "GET / http/1.1", "GET /", "GET * HTTP/1.1",
        "GET http://h/ HTTP/1.1",
        "GET //h/../x HTTP/1.1", "GET /./ HTTP/1.1", "GET /a/.. HTTP/1.1", "GET /aaaaaa/./ HTTP/1.1",
        "GET /aaaaa/./a HTTP/1.1", "GET /aaaaaaa/./a HTTP/1.1", "GET /a#b HTTP/1.1", "GET /\u{e9} HTTP/1.1",
        "GET /\t HTTP/1.1", "GET /\u{7f} HTTP/1.1", "GET /\u{0} HTTP/1.1", "\r\nGET / HTTP/1.1",
        "GET\t/ HTTP/1.1",
    ])
    func aRequestLineThatIsNotPlainTakesTheRegularPath(line: String) {
        #expect(Self.read("\(line)\r\nHost: h\r\n\r\n") == nil)
    }

    /// Moves each byte through all places of a word: the target is read eight bytes at a time.
    @Test(arguments: 1..<20)
    func aTargetIsReadTheSameWhereverItsBytesStand(length: Int) {
        func isRecognized(_ target: String) -> Bool {
            Self.read("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n") != nil
        }
        for place in 0..<length {
            let before = "/" + String(repeating: "a", count: place)
            let after = String(repeating: "b", count: length - place - 1)
            for good in ["/", "a.", "..a", "~", "!", "%2e", "?", "/?."] {
                #expect(isRecognized(before + "a" + good + after))
            }
            for bad in ["/.", "/..", "#", " ", "\t", "\u{7f}", "\u{80}", "\u{0}", "\u{1f}", "\r\n"] {
                #expect(!isRecognized(before + "a" + bad + after))
            }
        }
    }

    @Test(arguments: ["", "[::1]", "a b", "u@h", "h/", "h:", "h:x", "h:123456", "h:1:2", "h,i", "h%41"])
    func aHostThatIsNotANameTakesTheRegularPath(host: String) {
        #expect(Self.read("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") == nil)
        #expect(Self.read("GET / HTTP/1.1\r\nAccept: x\r\n\r\n") == nil)
    }

    @Test func limitsAreThoseOfTheRegularPath() {
        var limits = ServerLimits()
        limits.target = 60
        limits.field = 40
        limits.head = 160
        limits.fields = 3
        for padding in 0...120 {
            let pad = String(repeating: "a", count: padding)
            for text in [
                "GET /\(pad) HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nAccept: \(pad)\r\n\r\n",
                "GET /aaaaaaaaaaaaaaa HTTP/1.1\r\nHost: \(pad)\r\nAccept: aaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\n"
                    + String(repeating: "Accept: a\r\n", count: padding / 30) + "\r\n",
            ] {
                let accepts = FramingTrace(text, limits: limits).requests.count == 1
                #expect((Self.read(text, limits: limits) != nil) == accepts, "\(padding): \(text)")
            }
        }
    }
}

/// The same agreement, over published requests that confuse parsers, and over mutations.
struct FastPathRequestAgreementTests {
    /// Runs both parsers on the bytes.
    ///
    /// - Returns: True for `fastPath` if the recognizer accepts them; true for `agrees` if the framing then
    ///   reads the same request.
    private static func compare(_ bytes: [UInt8]) -> (fastPath: Bool, agrees: Bool) {
        guard let fastPath = FastPathRequest(ByteBuffer(bytes: bytes), limits: ServerLimits()) else {
            return (false, true)
        }
        var framing = RequestFraming(limits: ServerLimits())
        var input = ByteBuffer(bytes: bytes)
        guard case .whole = framing.consume(&input), bytes.count - input.readableBytes == fastPath.length,
            let request = framing.takeRequest(scheme: "http")
        else { return (true, false) }
        let fields = request.head.headerFields
        let id = fields.first { $0.name.canonicalName == "x-request-id" }?.value
        let hops = fields.filter { $0.name.canonicalName == "x-forwarded-for" }.map(\.value)
        let framed: Set = [
            "content-length", "transfer-encoding", "expect", "connection", "upgrade", "trailer", "te",
        ]
        // The gateway takes a plain GET over without a look for these.
        let decoded: Set = [
            "origin", "sec-fetch-site", "cache-control", "content-encoding", "x-amz-target",
            "x-amz-client-context", "x-amz-security-token",
        ]
        let credentials = fields.filter { ["authorization", "x-api-key"].contains($0.name.canonicalName) }
        let agrees =
            request.head.method == .get && request.head.path == fastPath.target.text && request.body.isEmpty
            && request.head.authority?.fingerprint == fastPath.host
            && id == fastPath.requestID?.text && framing.isBetweenRequests
            && hops == [fastPath.forwardedFor?.text].compactMap { $0 }
            && !fields.contains { $0.name.canonicalName == "forwarded" }
            && !fields.contains { framed.contains($0.name.canonicalName) }
            && !fields.contains { decoded.contains($0.name.canonicalName) }
            && credentials.map(\.value) == [fastPath.credential?.bytes.text].compactMap { $0 }
            && credentials.map { $0.name.canonicalName == "authorization" }
                == [fastPath.credential.map { $0.kind == .authorization }].compactMap { $0 }
            && fields.filter { $0.name.canonicalName == "traceparent" }.map(\.value)
                == [fastPath.traceParent?.text].compactMap { $0 }
        return (true, agrees)
    }

    @Test(.enabled(if: Corpora.available))
    func publishedRequestsThatAreRecognizedReadTheSame() throws {
        var fastPath = 0
        for item in try CorpusCase.load().flatMap({ [$0] + [$0.withHost].compactMap { $0 } }) {
            for bytes in [item.bytes, Self.asGet(item.bytes)] {
                // Each beginning of it too, as if the rest had not arrived yet.
                for count in stride(from: bytes.count, through: 0, by: -1).prefix(20) {
                    let verdict = Self.compare(Array(bytes[..<count]))
                    if !verdict.agrees { Issue.record("\(item)") }
                    if verdict.fastPath { fastPath += 1 }
                }
            }
        }
        #expect(fastPath > 0)
    }

    @Test(.enabled(if: Corpora.available))
    func noMutationOfTransferEncodingIsRecognized() throws {
        for mutation in try SmugglingProbe.fieldMutations() {
            let bytes = [UInt8]("GET / HTTP/1.1\r\nHost: h\r\n".utf8) + mutation + [UInt8]("\r\n\r\n".utf8)
            #expect(FastPathRequest(ByteBuffer(bytes: bytes), limits: ServerLimits()) == nil)
        }
    }

    /// Replaces, inserts, removes and flips bytes at random, from a fixed seed.
    @Test(arguments: 0..<4)
    func mutationsThatAreRecognizedReadTheSame(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let seeds = [
            "GET /a/b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /identitypools/p HTTP/1.1\r\nHost: h:80\r\nAccept: a\r\nX-Request-Id: 1\r\nConnection: keep-alive\r\n\r\n",
            "GET /a HTTP/1.1\r\nuser-agent: x\r\ntraceparent: 00-1\r\nHost: gateway\r\namz-sdk-invocation-id: 1\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer a.b\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: h\r\nx-api-key: k\r\nAccept: a\r\n\r\n",
        ].map { [UInt8]($0.utf8) }
        let marks = [UInt8]("\r\n :\tGET/.#?HhCcTt0-\u{0}\u{7f}\u{1a}aAzZ".utf8) + [0x80, 0xE9, 0xFF]
        var fastPath = 0
        for _ in 0..<800 {
            var bytes = seeds[random.below(seeds.count)]
            for _ in 0...random.below(3) {
                let place = random.below(bytes.count)
                switch random.below(4) {
                case 0: bytes[place] = marks[random.below(marks.count)]
                case 1: bytes.insert(marks[random.below(marks.count)], at: place)
                case 2: bytes.remove(at: place)
                default: bytes[place] ^= 1 << UInt8(random.below(8))
                }
            }
            let verdict = Self.compare(bytes)
            if !verdict.agrees {
                Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription)")
            }
            if verdict.fastPath { fastPath += 1 }
        }
        #expect(fastPath > 20)
    }

    /// Returns the request with GET in place of its method.
    private static func asGet(_ bytes: [UInt8]) -> [UInt8] {
        guard let space = bytes.firstIndex(of: 0x20) else { return bytes }
        return [UInt8]("GET".utf8) + bytes[space...]
    }
}
