import CredentialSources
import Foundation
import HTTPTypes
import Logging
import Messages
import Policy
import Serving
import Synchronization
import TestSupport
import Testing
import WebTokens

@testable import Gateway

/// The places of keys: URLs, tokens for them, files, and what a reload keeps.
@Suite(.enabled(if: OpenSSL.available, "there is no command openssl"))
struct KeySourceTests {
    private func temporaryFile(_ text: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)").path
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    @Test(
        arguments: [
            ("https://issuer.test/keys", true), ("https://issuer.test", true),
            ("https://10.0.0.1:6443/keys?a=b", true),
            ("http://127.0.0.1:80/keys", true), ("http://[::1]/keys", true), ("http://localhost/keys", true),
            ("http://issuer.test/keys", false), ("http://10.0.0.1/keys", false),
            ("http://localhost.test/", false),
            ("http://127.0.0.1.test/", false), ("file:///etc/keys", false), ("ftp://issuer.test/", false),
            ("https://user@issuer.test/", false), ("https://issuer.test/a b", false),
            ("https://issuer.test/#a", false),
            ("https:///keys", false), ("issuer.test/keys", false), ("", false),
            ("https://issuer.test/\r\nHost: a", false),
        ]
    )
    func aURLIsHTTPSOrLeadsToThisMachine(text: String, isUsed: Bool) {
        #expect((KeySetURL(text) != nil) == isUsed)
    }

    @Test(
        arguments: [
            "http://127.0.0.1/keys", "http://localhost/keys", "https://127.0.0.1/keys",
            "https://169.254.169.254/keys",
            "https://[fe80::1]/keys", "https://[fd00:ec2::254]/keys", "https://[::ffff:169.254.169.254]/keys",
        ]
    )
    func noDocumentOfAnIssuerElsewhereLeadsToThisMachine(text: String) throws {
        let issuer = try #require(KeySetURL.discovery(of: "https://issuer.test/path/"))
        #expect(issuer.path == "/path/.well-known/openid-configuration")
        #expect(issuer.following(text) == nil)
        #expect(issuer.following("https://10.0.0.1:6443/openid/v1/jwks") != nil)
    }

    @Test(
        arguments: [
            ("max-age=60", 60), ("public, Max-Age=19800, must-revalidate", 19800), ("max-age=\"7\"", 7),
            ("max-age=99999999999999999999", Int64.max), ("s-maxage=5", nil), ("max-age=", nil),
            ("max-age=-1", nil),
            ("max-age=1.5", nil), ("no-store, max-age=60", nil), ("max-age=60, no-cache", nil), ("", nil),
            (nil, nil),
        ] as [(String?, Int64?)]
    )
    func theMaximumAgeIsReadStrictly(field: String?, seconds: Int64?) {
        #expect(MaximumAge.seconds(field) == seconds)
    }

    @Test func theTokenOfThePodGoesToTheConfiguredHostAlone() async throws {
        let file = try temporaryFile("pod.token\n")
        let harness = try IssuerHarness { $0.tokenFile = file }
        defer { harness.stop() }
        #expect(await harness.isAccepted(try harness.token()))
        #expect(harness.server.requests().first?.values("authorization") == ["Bearer pod.token"])

        // A discovery document that names another host does not get it there.
        let discovered = try IssuerHarness {
            $0.url = nil
            $0.tokenFile = file
        }
        defer { discovered.stop() }
        discovered.server.give(
            #"{"issuer":"\#(discovered.server.url)","jwks_uri":"\#(harness.server.url)/keys"}"#,
            at: "/.well-known/openid-configuration"
        )
        #expect(await discovered.isAccepted(try discovered.token()))
        let document = discovered.server.requests(for: "/.well-known/openid-configuration")
        #expect(document.first?.values("authorization") == ["Bearer pod.token"])
        #expect(harness.server.requests().last?.values("authorization") == [])
    }

    @Test func aTokenThatCouldForgeAFieldIsNotSent() async throws {
        let file = try temporaryFile("pod\r\nX-Other: a")
        let harness = try IssuerHarness { $0.tokenFile = file }
        defer { harness.stop() }
        #expect(await harness.fault(try harness.token()) == .keysUnavailable)
        try await harness.failed("is not a token")
        #expect(harness.server.requests().isEmpty)
    }

    @Test func aFileOfKeysIsReadAgainWhenItChanges() async throws {
        let signer = try IssuerHarness.signer.get()
        let file = try temporaryFile(IssuerHarness.set(signer, ["k1"]))
        let harness = try IssuerHarness {
            $0.url = nil
            $0.file = file
        }
        defer { harness.stop() }
        harness.issuers.start()
        let (old, new) = (try harness.token("k1"), try harness.token("k2"))
        try await eventually("the keys of the file") { await harness.isAccepted(old) }
        #expect(await harness.fault(new) == .unknownKey("k2"))
        try "{".write(toFile: file, atomically: true, encoding: .utf8)
        try await harness.failed("not strict JSON")
        #expect(await harness.isAccepted(old), "a broken file leaves the old keys")
        try IssuerHarness.set(signer, ["k2"]).write(toFile: file, atomically: true, encoding: .utf8)
        try await eventually("the keys of the new file") { await harness.isAccepted(new) }
        #expect(await harness.fault(old) == .unknownKey("k1"))
        harness.clock.advance(by: .seconds(7 * 86_400))
        #expect(await harness.isAccepted(new), "a file has no end")
        #expect(harness.server.requests().isEmpty)
    }

    @Test func anUnchangedIssuerKeepsItsKeysOverAReload() async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        harness.issuers.start()
        let token = try harness.token()
        try #require(await harness.isAccepted(token))
        let url = harness.server.url
        var source = KeySource(issuer: url, url: url + "/keys")
        var rules = IssuerHarness.rules(url)
        rules.issuerName = "renamed"
        harness.server.give(.init(status: 503))
        harness.issuers.replace(by: [.init(rules: rules, source: source)])
        #expect(try harness.issuers.verify(token, now: IssuerHarness.now).issuerName == "renamed")
        #expect(harness.server.requests().count == 1)
        // Other times keep the keys too, and ask again.
        source.refresh = .seconds(60)
        harness.issuers.replace(by: [.init(rules: rules, source: source)])
        #expect(try harness.issuers.verify(token, now: IssuerHarness.now).issuerName == "renamed")
        try await eventually("another fetch") { harness.server.requests().count == 2 }
        // Another place has other keys.
        source.url = url + "/other"
        harness.issuers.replace(by: [.init(rules: rules, source: source)])
        #expect(throws: TokenFault.keysUnavailable) {
            try harness.issuers.verify(token, now: IssuerHarness.now)
        }
        harness.issuers.replace(by: [])
        #expect(await harness.fault(token) == .unknownIssuer(url))
    }

    @Test func keysOverTLSNeedTheConfiguredAuthority() async throws {
        let openssl = try OpenSSL()
        let loops = EventLoops(workers: 1)
        let signer = try IssuerHarness.signer.get()
        let files = TLSFiles(certificateFile: openssl.path("server.pem"), keyFile: openssl.path("server.key"))
        let server = try await HTTPServer.start(
            ServerConfiguration(address: .tcp(host: "127.0.0.1", port: 0), loops: loops, tls: files),
            responder: FixedResponder(body: Array(IssuerHarness.set(signer, ["k1"]).utf8))
        )
        for authority in ["ca.pem", "other.pem", nil] {
            let harness = try IssuerHarness {
                $0.url = "https://localhost:\(server.boundPort)/keys"
                $0.caFile = authority.map(openssl.path)
            }
            #expect(
                await harness.isAccepted(try harness.token()) == (authority == "ca.pem"),
                "\(authority ?? "none")"
            )
            harness.stop()
        }
        await server.drain(timeout: .zero)
        await loops.shutdown()
    }

    @Test func failuresAreToldOnceAMinuteAndTheirEndOnce() {
        var log = KeySetLog(issuerName: "test", logger: IssuerHarness.logger)
        let fault = Result<KeySetFetch.Fetched, KeySetFault>.failure(.status(503, url: "u"))
        let told = (0..<130).map { second in
            log.line(for: fault, now: Instant(nanoseconds: second * 1_000_000_000)) != nil
        }
        #expect(told.indices.filter { told[$0] } == [0, 60, 120])
    }
}

/// A responder that gives every request the same body.
private struct FixedResponder: Responder {
    let body: [UInt8]

    func respond(to request: Request, from caller: Caller) -> PendingResponse {
        .now(OutgoingResponse(Response(head: HTTPResponse(status: .ok), body: body)))
    }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        Response(head: HTTPResponse(status: .badRequest))
    }
}
