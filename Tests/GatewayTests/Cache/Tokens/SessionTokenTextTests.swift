import Messages
import Testing

@testable import Emulator
@testable import Gateway

/// The expiration in the text of a session token of AWS, which is advice only.
@Suite struct SessionTokenTextTests {
    /// A token in the form of the live service, compressed by the gzip program; it ends at 1700000300000.
    private static let compressed =
        "H4sIAAAAAAACA1VOQQ6CMBD8Uk08qImHUmgpoTQFtNAboUSQEkxEi7xeEBPjYTKb3dmZqV7BpLJoKuT+kUjR8IZu8/R8ZVJY"
        + "lQDLXGjDVCw88HlmaN394DUhCkzlO7eyw2Dxodd+jKbv/cuz5qbI+aGJAdXJtLOm0RkblMSTRmDkHa5zuSJMPz9DtOZt1w7w"
        + "Pzehd9rFtSZ47h/zXG7M4ln6wVN15q6SYH/YHCD0ELQCO5eSItGHLgTcHWHs1eyE4zwjTluQ0Wq/3h3fN8qhQQsBAAA="

    /// Returns the token of a content without compression, as the emulator makes it.
    private static func token(_ json: String, rest: String = ":1:c2ln") -> String {
        Base64.encode(Gzip.encode([UInt8]((Base64.encode([UInt8](json.utf8)) + rest).utf8)))
    }

    @Test func theExpirationIsRead() {
        #expect(SessionTokenText.expiration(of: Self.compressed) == 1_700_000_300_000)
        let json = #"{"sessionId":"s","expiration":1700000300000,"identityId":"i"}"#
        #expect(SessionTokenText.expiration(of: Self.token(json)) == 1_700_000_300_000)
        #expect(SessionTokenText.expiration(of: Self.token(json, rest: "")) == 1_700_000_300_000)
    }

    @Test(arguments: [
        "", "token", "H4sIAAAAAAAA+/+/", "!", token("{}"), token("[1]"),
        token(#"{"expiration":"1700000300000"}"#),
        token(#"{"expiration":null}"#), token(#"{"expiration":1.5}"#), token(#"{"expiration":1e99}"#),
        token(#"{"other":{"expiration":1}}"#), token("no JSON"), token("", rest: ":1:"),
        token("", rest: "!!"),
        String(compressed.dropLast(8)), String(compressed.dropFirst(4)),
        String(repeating: "A", count: 5000), token(String(repeating: " ", count: 4096)),
    ])
    func aTextOfAnotherFormHasNone(text: String) {
        #expect(SessionTokenText.expiration(of: text) == nil)
    }

    /// A few bytes may hold many: the content is bounded, and so is the memory.
    @Test func aBombHasNone() {
        #expect(SessionTokenText.expiration(of: Self.bomb) == nil)
    }

    /// A member of a million spaces, compressed by the gzip program.
    private static let bomb =
        "H4sIAAAAAAACA+3BgQAAAADDIJX5Ux7kVQE" + String(repeating: "A", count: 1290)
        + "K8G1wgmy0BCDwA="
}
