import CognitoSync
import Foundation
import TestSupport
import Testing

@testable import Telemetry

@Suite struct AccessLogTests {
    private let identities = IdentityName(form: .hashed, salt: Array("salt".utf8))

    private func json(_ record: RequestRecord) throws -> [String: Any] {
        let line = AccessLog(format: .json, identities: identities).line(record)
        #expect(line.last == UInt8(ascii: "\n") && line.count { $0 == UInt8(ascii: "\n") } == 1)
        return try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }

    private static func full() throws -> RequestRecord {
        var full = RequestRecord.sample(.listRecords, status: 429, cache: .stale, nanoseconds: 1_234_567)
        full.route = "/identitypools/{IdentityPoolId}"
        full.form = .rest
        full.identity = IdentityScope(
            pool: try #require(IdentityPoolID("us-east-1:0ab1")),
            identity: try #require(IdentityID("us-east-1:0cd2"))
        )
        full.errorName = "TooManyRequestsException"
        full.age = 7
        full.throttle = ThrottleFacts(caller: .admitted, identity: .refused)
        full.reason = .throttled
        full.attempts = 2
        full.upstreamNanoseconds = 12_345_678
        full.upstreamRequestID = "aws-1"
        full.bytesIn = 3
        full.bytesOut = 4
        full.traceID = "0af7651916cd43dd8448eb211c80319c"
        full.caller = "CN=service"
        return full
    }

    @Test func aLineHasTheNamesOfTheContract() throws {
        let line = try json(try Self.full())
        #expect(
            Set(line.keys) == [
                "@timestamp", "event.duration", "http.request.method", "http.route",
                "http.response.status_code",
                "http.request.body.size", "http.response.body.size", "client.address", "http.request.id",
                "trace_id",
                "rpc.method", "aws.request_id", "error.type", "syncgate.caller", "syncgate.cache",
                "syncgate.age_s",
                "syncgate.throttle", "syncgate.reason", "syncgate.attempts", "syncgate.upstream_ms",
                "syncgate.identity",
            ]
        )
        #expect(line["@timestamp"] as? String == "2026-09-21T14:13:20.123Z")
        #expect(line["event.duration"] as? Int == 1_234_567)
        #expect(line["http.response.status_code"] as? Int == 429)
        #expect(line["syncgate.upstream_ms"] as? Double == 12.345)
        #expect(line["syncgate.throttle"] as? String == "identity")
        #expect(line["syncgate.cache"] as? String == "stale")
    }

    @Test func aLineIsTheseBytes() throws {
        let log = AccessLog(format: .json, identities: identities)
        let line = """
            {"@timestamp":"2026-09-21T14:13:20.123Z","event.duration":1234567,"http.request.method":"GET",\
            "http.route":"/identitypools/{IdentityPoolId}","http.response.status_code":429,\
            "http.request.body.size":3,"http.response.body.size":4,"client.address":"127.0.0.1",\
            "http.request.id":"request-1","trace_id":"0af7651916cd43dd8448eb211c80319c",\
            "rpc.method":"ListRecords","aws.request_id":"aws-1","error.type":"TooManyRequestsException",\
            "syncgate.caller":"CN=\\"a\\\\b\\u0000ü","syncgate.identity":"\(identities.name(try scope()))",\
            "syncgate.cache":"stale","syncgate.age_s":7,"syncgate.throttle":"identity",\
            "syncgate.reason":"throttled","syncgate.attempts":2,\
            "syncgate.upstream_ms":12.345}

            """
        var full = try Self.full()
        full.caller = "CN=\"a\\b\u{0}ü"
        // Twice: the parts remembered from the first line change nothing in the second.
        for _ in 0..<2 { #expect(String(decoding: log.line(full), as: UTF8.self) == line) }
        full.timestamp += 1_000_000_000
        #expect(
            String(decoding: log.line(full), as: UTF8.self) == line.replacing("13:20.123", with: "13:21.123")
        )
    }

    private func scope() throws -> IdentityScope { try #require(try Self.full().identity) }

    @Test func factsThatAreUnknownAreLeftOut() throws {
        let line = try json(.sample(nil, status: 400))
        #expect(line["rpc.method"] == nil && line["trace_id"] == nil && line["syncgate.throttle"] == nil)
        #expect(line["http.request.id"] as? String == "request-1")
    }

    @Test func anIdentityIsHashedUnlessItMayBeShown() throws {
        let full = try Self.full()
        let hashed = try json(full)["syncgate.identity"] as? String
        #expect(hashed?.count == 16 && hashed?.allSatisfy(\.isHexDigit) == true)
        let text = String(
            decoding: AccessLog(format: .json, identities: identities).line(full),
            as: UTF8.self
        )
        #expect(!text.contains("0cd2") && !text.contains("0ab1"))
        let other = IdentityName(form: .hashed, salt: Array("pepper".utf8))
        let scope = try #require(full.identity)
        #expect(other.name(scope) != hashed)
        #expect(identities.name(scope) == hashed)
        #expect(IdentityName(form: .plain, salt: []).name(scope) == "us-east-1:0ab1/us-east-1:0cd2")
    }

    @Test func poolAndIdentityAreHashedApart() throws {
        func scope(_ pool: String, _ identity: String) throws -> IdentityScope {
            IdentityScope(
                pool: try #require(IdentityPoolID(pool)),
                identity: try #require(IdentityID(identity))
            )
        }
        #expect(try identities.name(scope("a:1", "2b:3")) != identities.name(scope("a:12", "b:3")))
    }

    /// Log injection: in every field and in both forms, any text stays within one line of printable text.
    @Test(.enabled(if: Corpora.available, "no corpora"), arguments: [LogFormat.json, .text])
    func naughtyStringsStayWithinTheirField(format: LogFormat) throws {
        let naughty =
            try Corpora.decode([String].self, from: "blns/blns.json") + [
                "\r\nGET / HTTP/1.1", "\u{1B}[2J\u{1B}]0;x\u{7}", "\u{0}", "\u{85}\u{9B}31m",
                "\u{2028}\u{2029}", "\u{202E}abc",
                "\u{7F}", "\"},{\"x\":\"", "\\", "a=b c=d", "", String(repeating: "x", count: 5000),
                String(decoding: [0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80] as [UInt8], as: UTF8.self),
            ]
        #expect(naughty.count > 400)
        let fields: [(String, WritableKeyPath<RequestRecord, String?>)] = [
            ("http.route", \.route), ("error.type", \.errorName), ("aws.request_id", \.upstreamRequestID),
            ("trace_id", \.traceID), ("syncgate.caller", \.caller),
        ]
        let log = AccessLog(format: format, identities: identities)
        for text in naughty {
            var dirty = RequestRecord.sample()
            for (_, field) in fields { dirty[keyPath: field] = text }
            (dirty.method, dirty.requestID, dirty.callerAddress) = (text, text, text)
            let line = log.line(dirty)
            #expect(line.last == UInt8(ascii: "\n"))
            #expect(
                String(decoding: line.dropLast(), as: UTF8.self).isOneHarmlessLine,
                "\(text.debugDescription)"
            )
            guard format == .json else { continue }
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            guard text.unicodeScalars.count <= JSONLine.longestText else { continue }
            for name in fields.map(\.0) + ["http.request.method", "http.request.id", "client.address"] {
                #expect(
                    (object[name] as? String).map { Array($0.unicodeScalars) } == Array(text.unicodeScalars)
                )
            }
        }
    }

    @Test func aTextLineReadsFromLeftToRight() throws {
        let log = AccessLog(format: .text, identities: identities)
        let line = String(decoding: log.line(try Self.full()), as: UTF8.self)
        #expect(
            line.hasPrefix(
                "2026-09-21T14:13:20.123Z 127.0.0.1 GET ListRecords 429 1.234ms cache=stale "
                    + "error=TooManyRequestsException reason=throttled throttle=identity attempts=2 "
                    + "caller=\"CN=service\" identity="
            )
        )
    }
}
