import HTTPTypes
import Messages
import Testing

@testable import SigV4

struct SignerTests {
    private let host = "cognito-sync.us-east-1.amazonaws.com"
    private let noon = SigningTime(epochSeconds: 1_440_936_000)
    private let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("secret"))
    private let signer = Signer(region: "us-east-1", service: "cognito-sync")

    private func request(_ path: String, body: [UInt8] = []) -> Request {
        Request(
            head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: path),
            body: body
        )
    }

    private func lines(_ path: String) -> [Substring] {
        signer.trace(request(path), host: host, credentials: credentials, at: noon)
            .canonicalRequest.split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test
    func aPathIsEncodedOnceMoreThanItIsSent() {
        let path = "/identitypools/us-east-1%3A258553b4-0000/identities/a%20b"
        #expect(lines(path)[1] == "/identitypools/us-east-1%253A258553b4-0000/identities/a%2520b")
    }

    @Test
    func aPathIsSignedAsItIsSentDotSegmentsAndAll() {
        #expect(lines("/a/../b//c/./%2e%2e/")[1] == "/a/../b//c/./%252e%252e/")
    }

    @Test(arguments: [
        ("b=2&a=1", "a=1&b=2"), ("a=2&a=1", "a=1&a=2"), ("a", "a="), ("nextToken=", "nextToken="),
        ("a=b=c", "a=b%3Dc"), ("t=a%2fb", "t=a%2Fb"), ("t=a/b+c", "t=a%2Fb%2Bc"), ("t=%zz%4", "t=%25zz%254"),
        ("a-b=1&a=1&A=1", "A=1&a=1&a-b=1"), ("&&a=1&", "a=1"), ("t=%7E", "t=~"), ("a=?", "a=%3F"),
    ])
    func aQueryIsSortedAndStrictlyEncoded(_ sent: String, _ signed: String) {
        #expect(lines("/?" + sent)[2] == signed)
    }

    @Test
    func fieldsThatHopsMayChangeAreNotSigned() throws {
        var message = request("/")
        for name in ["User-Agent", "Connection", "Expect", "Transfer-Encoding", "X-Amzn-Trace-Id", "Host"] {
            message.head.headerFields[try #require(HTTPField.Name(name))] = "x"
        }
        message.head.headerFields[.contentType] = "application/json"
        let trace = signer.trace(message, host: host, credentials: credentials, at: noon)
        #expect(trace.authorization.contains("SignedHeaders=content-type;host;x-amz-date,"))
        #expect(trace.canonicalRequest.contains("\nhost:\(host)\n"))
    }

    @Test
    func signingAgainReplacesTheFirstSignature() throws {
        let token = Secret("a token")
        var once = request("/x", body: [1, 2])
        signer.sign(&once, host: host, credentials: credentials, at: noon)

        var twice = request("/x", body: [1, 2])
        var temporary = credentials
        temporary.sessionToken = token
        signer.sign(&twice, host: "elsewhere", credentials: temporary, at: noon.advanced(bySeconds: 9))
        #expect(twice.head.headerFields[.amzSecurityToken] == token.text)
        signer.sign(&twice, host: host, credentials: credentials, at: noon)
        #expect(twice == once)
        #expect(twice.head.headerFields[values: .authorization].count == 1)
        #expect(twice.head.headerFields[.amzSecurityToken] == nil)
        #expect(twice.head.authority == host)
    }

    @Test
    func tracingLeavesTheSecretOut() {
        let trace = signer.trace(request("/"), host: host, credentials: credentials, at: noon)
        #expect(!"\(trace)".contains("secret"))
    }

    @Test
    func aKeyIsDerivedOnceForADayAndAnAccessKey() {
        var other = credentials
        other.accessKeyID = "AKIDOTHER"
        for second in 0..<100 {
            let time = noon.advanced(bySeconds: Int64(second))
            var message = request("/\(second)")
            signer.sign(&message, host: host, credentials: credentials, at: time)
            signer.sign(&message, host: host, credentials: other, at: time)
        }
        #expect(signer.keyStatistics == (derivations: 2, cached: 2))
    }

    @Test
    func aNewDayAndANewSecretEachHaveTheirOwnKey() {
        var corrected = credentials
        corrected.secretAccessKey = Secret("corrected")
        let cases = [
            (credentials, noon), (credentials, noon.advanced(bySeconds: 86_400)), (corrected, noon),
            (credentials, noon), (credentials, noon.advanced(bySeconds: -86_400)),
        ]
        for (credentials, time) in cases {
            let cached = signer.trace(request("/"), host: host, credentials: credentials, at: time)
            let fresh = Signer(region: "us-east-1", service: "cognito-sync")
                .trace(request("/"), host: host, credentials: credentials, at: time)
            #expect(cached == fresh)
        }
        #expect(signer.keyStatistics.derivations == 4)
    }

    @Test
    func cachedKeysAreBoundedAndTheOldestIsEvicted() {
        for index in 0..<50 {
            var rotated = credentials
            rotated.accessKeyID = "AKID\(index)"
            var message = request("/")
            signer.sign(&message, host: host, credentials: rotated, at: noon)
        }
        #expect(signer.keyStatistics == (derivations: 50, cached: SigningKeyring.capacity))
    }

    @Test
    func manyThreadsSignAsOneDoes() async {
        let expected = signer.trace(request("/"), host: host, credentials: credentials, at: noon)
        let (signer, request, host, credentials, noon) = (signer, request("/"), host, credentials, noon)
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<64 {
                group.addTask {
                    var rotated = credentials
                    rotated.accessKeyID = "AKID\(index % 12)"
                    _ = signer.trace(request, host: host, credentials: rotated, at: noon)
                    return signer.trace(request, host: host, credentials: credentials, at: noon) == expected
                }
            }
            for await same in group { #expect(same) }
        }
    }
}
