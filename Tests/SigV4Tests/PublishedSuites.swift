import Cryptography
import HTTPTypes
import Messages
import TestSupport
import Testing

@testable import SigV4

/// A comparison of every stage with the suites that AWS publishes for its own SDKs.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct PublishedSuites {
    @Test
    func bothSuitesAreWhole() {
        #expect(CAuthSuite.names.count == 38)
        #expect(BotocoreSuite.names.count == 34)
    }

    @Test(arguments: CAuthSuite.names)
    func everyStageIsThatOfTheCAuthSuite(_ name: String) throws {
        try expectEveryStage(of: CAuthSuite.load(name))
    }

    @Test(arguments: BotocoreSuite.names)
    func everyStageIsThatOfTheBotocoreSuite(_ name: String) throws {
        try expectEveryStage(of: BotocoreSuite.load(name))
    }

    private func expectEveryStage(of expected: SuiteCase) throws {
        let signer = Signer(region: "us-east-1", service: "service", path: expected.path)
        let trace = signer.trace(
            expected.request,
            host: expected.host,
            credentials: expected.credentials,
            at: expected.time
        )
        #expect(trace.canonicalRequest == expected.canonicalRequest)
        #expect(trace.stringToSign == expected.stringToSign)
        #expect(trace.signature == expected.signature)
        if let authorization = expected.authorization { #expect(trace.authorization == authorization) }

        var request = expected.request
        signer.sign(&request, host: expected.host, credentials: expected.credentials, at: expected.time)
        #expect(request.head.headerFields[.authorization] == trace.authorization)
    }

    /// Checks the stages for signed queries, which the gateway does not send.
    @Test(arguments: CAuthSuite.names)
    func theStagesHoldForQuerySigningToo(_ name: String) throws {
        let expected = try CAuthSuite.load(name)
        let context = try Corpora.decode(
            CAuthSuite.Context.self,
            from: "\(CAuthSuite.root)/\(name)/context.json"
        )
        var head = expected.request.head
        if let contentDigest = HTTPField.Name("x-amz-content-sha256") {
            head.headerFields[contentDigest] = nil
        }
        head.authority = expected.host
        let scope = CredentialScope(date: "20150830", region: "us-east-1", service: "service")
        var scopeText: [UInt8] = []
        scope.append(to: &scopeText)
        let wire = WireRequest(Request(head: head), host: expected.host) { $0 != "host" }
        let headers = CanonicalHeaders(signing: wire.fields)
        var names: [UInt8] = []
        headers.appendNames(to: &names)
        var added =
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE/\(text(scopeText))"
            + "&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=\(text(names))"
            + "&X-Amz-Expires=\(context.expiration_in_seconds)"
        if let token = expected.credentials.sessionToken {
            added += "&X-Amz-Security-Token=\(token.text)"
        }
        let path = head.path ?? "/"
        head.path = path + (path.contains("?") ? "&" : "?") + added

        let canonicalRequest = CanonicalRequest(
            head.method.rawValue,
            Array((head.path ?? "/").utf8),
            headers: headers,
            body: expected.request.body,
            path: expected.path
        )
        #expect(text(canonicalRequest.bytes) == (try CAuthSuite.text(name, "query-canonical-request.txt")))
        let stringToSign = StringToSign(canonicalRequest, time: expected.time, scope: scope)
        #expect(text(stringToSign.bytes) == (try CAuthSuite.text(name, "query-string-to-sign.txt")))
        let key = SigningKey.derive(expected.credentials.secretAccessKey, scope: scope)
        let signature = Hexadecimal.text(Digest.hmacSHA256(key: key, stringToSign.bytes))
        #expect(signature == (try CAuthSuite.text(name, "query-signature.txt")))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
