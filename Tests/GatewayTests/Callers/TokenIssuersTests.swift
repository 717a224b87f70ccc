import CredentialSources
import Foundation
import Messages
import Serving
import TestSupport
import Testing
import WebTokens

@testable import Gateway

/// The keys of issuers, fetched over real connections.
@Suite(.enabled(if: OpenSSL.available, "there is no command openssl"))
struct TokenIssuersTests {
    @Test func aRequestBeforeTheFirstKeysWaitsForThem() async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        let verified = try await harness.issuers.verified(try harness.token(), now: IssuerHarness.now)
        #expect(verified.caller == "a")
        #expect(harness.server.requests().count == 1)
        let state = try #require(harness.issuers.states.first)
        #expect(state.keys == 1 && state.isUsable && state.fault == nil && state.ageSeconds == 0)
        let again = try harness.issuers.verify(try harness.token(), now: IssuerHarness.now)
        #expect(again == verified)
    }

    @Test func aRequestWaitsTwoSecondsAtMost() async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        harness.server.give(.init(isLost: true))
        let token = try harness.token()
        let begin = ContinuousClock.now
        #expect(await harness.fault(token) == .keysUnavailable)
        let waited = ContinuousClock.now - begin
        #expect(waited >= .milliseconds(1900) && waited < .seconds(4), "\(waited)")
        #expect(throws: TokenFault.keysUnavailable) {
            try harness.issuers.verify(token, now: IssuerHarness.now)
        }
    }

    @Test func anotherIssuerIsUnknownAndAsksForNothing() async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        let claims = #"{"iss":"\#(harness.server.url)/","aud":"syncgate","sub":"a","exp":1800000600}"#
        let token = Array(try harness.signer.sign(claims, header: #"{"alg":"RS256","kid":"k1"}"#).utf8)
        #expect(await harness.fault(token) == .unknownIssuer(harness.server.url + "/"))
        #expect(harness.server.requests().isEmpty)
    }

    @Test func theDiscoveryDocumentLeadsToTheKeys() async throws {
        let harness = try IssuerHarness { $0.url = nil }
        defer { harness.stop() }
        let url = harness.server.url
        harness.server.give(
            #"{"issuer":"\#(url)","jwks_uri":"\#(url)/keys?v=1"}"#,
            at: "/.well-known/openid-configuration"
        )
        harness.server.give(IssuerHarness.set(harness.signer, ["k1"]), at: "/keys?v=1")
        #expect(await harness.isAccepted(try harness.token()))
    }

    @Test(
        arguments: [
            (#"{"issuer":"HERE/","jwks_uri":"HERE/keys"}"#, "another issuer"),
            (#"{"issuer":"HERE","jwks_uri":"http://issuer.test/keys"}"#, "not used"),
            (#"{"issuer":"HERE","jwks_uri":"https://169.254.169.254/keys"}"#, "not used"),
            (#"{"issuer":"HERE","jwks_uri":"file:///etc/passwd"}"#, "not used"),
            (#"{"issuer":"HERE"}"#, "no discovery document"),
        ]
    )
    func aDiscoveryDocumentThatLeadsElsewhereIsRefused(document: String, fault: String) async throws {
        let harness = try IssuerHarness { $0.url = nil }
        defer { harness.stop() }
        harness.server.give(
            document.replacing("HERE", with: harness.server.url),
            at: "/.well-known/openid-configuration"
        )
        #expect(await harness.fault(try harness.token()) == .keysUnavailable)
        try await harness.failed(fault)
        #expect(harness.server.requests().isEmpty)
    }

    @Test func aRotationUnderLoadFailsNoRequest() async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        harness.issuers.start()
        let (old, new) = (try harness.token("k1"), try harness.token("k2"))
        try #require(await harness.isAccepted(old))
        harness.server.give(IssuerHarness.set(harness.signer, ["k1", "k2"]))
        let failures = await withTaskGroup(of: Int.self) { group in
            for number in 0..<16 {
                group.addTask {
                    var failures = 0
                    for round in 0..<200 {
                        let token = (round + number) % 200 < 60 ? old : new
                        failures += await harness.isAccepted(token) ? 0 : 1
                    }
                    return failures
                }
            }
            return await group.reduce(0, +)
        }
        #expect(failures == 0)
        #expect(harness.server.requests().count == 2)
        // The old key is withdrawn with the next set, which is due when 75 % of 10 min are over.
        harness.server.give(IssuerHarness.set(harness.signer, ["k2"]))
        harness.clock.advance(by: .seconds(450))
        try await eventually("the set without the old key") { harness.issuers.states[0].keys == 1 }
        #expect(await harness.isAccepted(new))
        #expect(await harness.fault(old) == .unknownKey("k1"))
    }

    @Test func aTokenThatWasLookedAtWhileTheKeysChangedIsLookedAtAgain() async throws {
        let server = try KeyServer()
        defer { server.stop() }
        server.give(IssuerHarness.set(try IssuerHarness.signer.get(), ["k1"]))
        let keys = IssuerKeys(
            KeySource(issuer: server.url, url: server.url + "/keys"),
            log: KeySetLog(issuerName: "test", logger: IssuerHarness.logger),
            send: EndpointSender.send,
            clock: .system,
            jitter: { 0 }
        )
        defer { keys.stop() }
        let before = keys.current
        #expect(keys.missed(nil, in: before) == .mayWait)
        #expect(await keys.fetchEnded())
        #expect(keys.missed("k1", in: before) == .changed)
        let after = keys.current
        #expect(keys.missed("k2", in: after) == .mayWait)
        #expect(await keys.fetchEnded())
        #expect(keys.missed("k2", in: keys.current) == .none, "the cool-down has begun")
    }

    @Test func aThousandInventedKeysCauseOneFetch() async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        let genuine = try harness.token()
        try #require(await harness.isAccepted(genuine))
        let refused = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<1000 {
                let token = harness.forged("kid-\(number)")
                group.addTask { await harness.fault(token) == .unknownKey("kid-\(number)") }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused == 1000)
        #expect(harness.server.requests().count == 2)
        #expect(await harness.isAccepted(genuine))
        harness.clock.advance(by: .seconds(31))
        _ = await harness.fault(harness.forged("later"))
        #expect(harness.server.requests().count == 3)
        // It is remembered after the cool-down too.
        harness.clock.advance(by: .seconds(31))
        _ = await harness.fault(harness.forged("later"))
        #expect(harness.server.requests().count == 3)
    }

    @Test func aTokenThatIsRefusedAnywayAsksForNoKey() async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        try #require(await harness.isAccepted(try harness.token()))
        let claims = #"{"iss":"\#(harness.server.url)","aud":"syncgate","sub":"a","exp":1799999000}"#
        let token = TokenSigner.unsigned(claims, header: #"{"alg":"RS256","kid":"new"}"#) + ".AAAA"
        #expect(await harness.fault(Array(token.utf8)) == .expired)
        #expect(harness.server.requests().count == 1)
    }

    @Test func keysServeForADayWhileTheIssuerIsAway() async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        let token = try harness.token()
        try #require(await harness.isAccepted(token))
        harness.server.give(.init(status: 503))
        harness.issuers.start()
        harness.clock.advance(by: .seconds(3600))
        try await harness.failed("status 503")
        #expect(await harness.isAccepted(token))
        #expect(harness.issuers.states[0].isUsable)
        harness.clock.advance(by: .seconds(86_400 - 3600))
        #expect(await harness.fault(token) == .keysUnavailable)
        #expect(!harness.issuers.states[0].isUsable)
        harness.server.give(IssuerHarness.set(harness.signer, ["k1"]))
        harness.clock.advance(by: .seconds(60))
        try await eventually("the keys are back") { await harness.isAccepted(token) }
    }

    @Test func aMissingKeyIsNotRememberedWhileTheIssuerIsAway() async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        try #require(await harness.isAccepted(try harness.token()))
        harness.server.give(.init(status: 503))
        let new = try harness.token("k2")
        #expect(await harness.fault(new) == .unknownKey("k2"))
        harness.server.give(IssuerHarness.set(harness.signer, ["k2"]))
        harness.clock.advance(by: .seconds(31))
        #expect(await harness.isAccepted(new))
    }

    @Test(
        arguments: [
            (CannedResponse(body: String(repeating: " ", count: 257 << 10)), "more than 262144 bytes"),
            (CannedResponse(status: 302, fields: [("Location", "/other")]), "redirect"),
            (CannedResponse(body: "<html>"), "not strict JSON"),
            (CannedResponse(body: #"{"keys":[]}"#), "none of the"),
        ]
    )
    func aResponseThatIsNoSetOfKeysLeavesTheOldOnes(canned: CannedResponse, fault: String) async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        harness.server.give(IssuerHarness.set(harness.signer, ["k1"]), at: "/other")
        let token = try harness.token()
        try #require(await harness.isAccepted(token))
        harness.server.give(canned)
        _ = await harness.fault(harness.forged("new"))
        try await harness.failed(fault)
        #expect(await harness.isAccepted(token))
        #expect(harness.server.requests(for: "/other").isEmpty)
    }

    @Test func theLifeOfTheKeysIsThatOfTheResponseWithinBounds() async throws {
        let harness = try IssuerHarness()
        defer { harness.stop() }
        let body = IssuerHarness.set(harness.signer, ["k1"])
        harness.server.give(.init(fields: [("Cache-Control", "public, max-age=1200")], body: body))
        try #require(await harness.isAccepted(try harness.token()))
        harness.issuers.start()
        harness.clock.advance(by: .seconds(899))
        try await Task.sleep(for: .milliseconds(1200))
        #expect(harness.server.requests().count == 1)
        harness.clock.advance(by: .seconds(1))
        try await eventually("a second fetch") { harness.server.requests().count == 2 }
    }
}
