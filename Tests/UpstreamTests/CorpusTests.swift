import Foundation
import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// Odd and broken responses of published sets: only those that are whole and well-formed by RFC 9112 are
/// accepted.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct CorpusTests {
    struct Case: Decodable {
        var id: String
        var kind: String?
        var raw: Data
        var bytes: [UInt8] { [UInt8](raw) }

        enum CodingKeys: String, CodingKey {
            case id
            case kind
            case raw = "raw_b64"
        }
    }

    private static let sized = "a head by RFC 9112 and as many bytes as content-length says"
    private static let sizedWithMore = "whole by content-length; what follows is dropped with the connection"
    private static let chunked = "exactly chunked, by RFC 9112, 7.1"
    private static let extended = "chunk extensions by RFC 9112, 7.1.1, are ignored"
    private static let bodiless = "204 ends with its head (RFC 9112, 6.3); what follows is dropped"

    /// The accepted responses with the reasons, by their numbers in the file.
    static let llhttpAccepted: [Int: String] = [
        0: sized, 2: bodiless, 4: bodiless, 5: bodiless, 6: sizedWithMore, 7: sizedWithMore, 8: bodiless,
        12: "an offer to upgrade changes nothing where the status is 200",
        13: "an offer to upgrade changes nothing where the status is 200",
        14: "304 ends with its head and may say the length of what it stands for",
        15: "304 ends with its head and may say its transfer-encoding (RFC 9112, 6.1)",
        19: "content-length-x is another field, and the body is chunked",
        43: sized, 44: sized, 45: sized, 46: sized, 47: sized, 48: sized, 49: sized,
        50: chunked, 51: extended, 52: extended, 53: chunked,
        54: sizedWithMore,
        55: "a tab is white space before a value",
        60: sized,
        66: "an underscore may be in a field's name",
        67: "HTTP/1.0 with a content-length",
        68: "odd names, but each is a token (RFC 9110, 5.6.2)",
        70: "bytes above ASCII may be in a reason (RFC 9112, 4)",
        78: extended,
    ]
    static let varnishAccepted = [12: "chunk sizes may have leading zeros"]

    @Test func theCasesOfVarnishAreAcceptedOrRefused() async throws {
        let cases = try Corpora.decode([Case].self, from: "h1-vtc/upstream-raw-responses.json")
        #expect(cases.count == 16)
        try await replay(cases, accepted: Self.varnishAccepted)
    }

    @Test func theCasesOfLLHTTPAreAcceptedOrRefused() async throws {
        let cases = try Corpora.decode([Case].self, from: "h1-llhttp/cases.json").filter {
            $0.kind == "response"
        }
        #expect(cases.count == 84)
        try await replay(cases, accepted: Self.llhttpAccepted)
    }

    private func replay(_ cases: [Case], accepted: [Int: String]) async throws {
        let upstream = try ScriptedUpstream { received in
            let number = Int(String(decoding: received.body, as: UTF8.self)) ?? 0
            return [.send(cases[number].bytes), .close]
        }
        try await withUpstream(upstream) { client in
            for (number, text) in cases.enumerated() {
                let error = await client.failure(of: post("\(number)"))
                #expect(await upstream.waitUntil { $0.open == 0 })
                let response = String(decoding: text.bytes, as: UTF8.self).debugDescription
                let shown = "\(number) \(text.id) \(response) \(String(describing: error))"
                #expect((error == nil) == (accepted[number] != nil), "\(shown)")
                if let error { #expect(error.kind == .malformed || error.kind == .cut, "\(shown)") }
            }
            #expect(upstream.received.count == cases.count, "each was requested once")
        }
    }
}
