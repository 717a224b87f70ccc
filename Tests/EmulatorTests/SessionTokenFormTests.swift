import CognitoSync
import Messages
import Testing

@testable import Emulator

/// The text of a session token.
@Suite struct SessionTokenFormTests {
    // The form of a captured token: gzip of `base64(JSON):1:base64(32 bytes)`.
    @Test func aTokenHasTheFormOfTheLiveOne() throws {
        var harness = try DatasetHarness()
        let token = try harness.read().sessionToken
        #expect(token.hasPrefix("H4sI"))
        #expect(token.contains("+"))
        #expect(token.contains("/"))
        let content = try #require(Base64.decode(token).flatMap(Gzip.decode))
        let parts = String(decoding: content, as: UTF8.self).split(separator: ":")
        try #require(parts.count == 3)
        #expect(parts[1] == "1")
        #expect(Base64.decode(String(parts[2]))?.count == 32)
        let json = String(decoding: try #require(Base64.decode(String(parts[0]))), as: UTF8.self)
        let expiration = harness.now.milliseconds + 300_000
        #expect(json.hasPrefix(#"{"sessionId":""#))
        #expect(
            json.hasSuffix(
                #","expiration":\#(expiration),"identityId":"\#(DemoData.identity)","datasetName":"scores"}"#
            )
        )
        #expect(try harness.read().sessionToken != token)
    }

    // The checksum is that of the usual check text "123456789" (RFC 1952 uses the CRC of ISO 3309).
    @Test func gzipHoldsItsContentAsItIs() {
        let bytes = Gzip.encode([UInt8]("123456789".utf8))
        let block: [UInt8] = [1, 9, 0, 0xf6, 0xff]
        #expect(
            bytes == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff] + block + [UInt8]("123456789".utf8)
                + [0x26, 0x39, 0xf4, 0xcb, 9, 0, 0, 0]
        )
        #expect(Gzip.decode(bytes) == [UInt8]("123456789".utf8))
        #expect(Gzip.decode(Gzip.encode([])) == [])
        #expect(Gzip.decode(bytes.dropLast()) == nil)
        #expect(Gzip.decode([]) == nil)
    }

    // A token is authenticated: one with a later expiration or another dataset is not valid.
    @Test(arguments: [("14138365", "15138365"), ("scores", "stores")])
    func aTokenThatWasChangedIsRefused(text: String, other: String) throws {
        var harness = try DatasetHarness()
        let token = try harness.read().sessionToken
        let content = try #require(Base64.decode(token).flatMap(Gzip.decode))
        var parts = String(decoding: content, as: UTF8.self).split(separator: ":").map(String.init)
        let json = String(decoding: try #require(Base64.decode(parts[0])), as: UTF8.self)
        #expect(json.contains(text))
        parts[0] = Base64.encode([UInt8](json.replacing(text, with: other).utf8))
        let forged = Base64.encode(Gzip.encode([UInt8](parts.joined(separator: ":").utf8)))
        harness.scope = try #require(
            DatasetScope(
                pool: DemoData.pool,
                identity: DemoData.identity,
                dataset: text == "scores" ? other : "scores"
            )
        )
        #expect(throws: ServiceError.tokenNotValid) { try harness.read(token: forged) }
    }
}
