import Foundation
import HTTPTypes
import Messages
import TestSupport
import Testing
import Upstream

/// Odd and broken answers that others collected: only what RFC 9112 calls whole and well-formed is taken.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct CorpusTests {
    struct Case: Decodable {
        var id: String
        var kind: String?
        var raw_b64: String
        var bytes: [UInt8] { [UInt8](Data(base64Encoded: raw_b64) ?? Data()) }
    }

    /// The answers that are taken, each with the reason, by number in the file.
    static let llhttpAccepted: [Int: String] = [:]
    static let varnishAccepted: [Int: String] = [:]

    @Test func whatVarnishCollected() async throws {
        let cases = try Corpora.decode([Case].self, from: "h1-vtc/upstream-raw-responses.json")
        #expect(cases.count == 16)
        try await replay(cases, accepted: Self.varnishAccepted)
    }

    @Test func whatLLHTTPCollected() async throws {
        let cases = try Corpora.decode([Case].self, from: "h1-llhttp/cases.json").filter { $0.kind == "response" }
        #expect(cases.count == 84)
        try await replay(cases, accepted: Self.llhttpAccepted)
    }

    private func replay(_ cases: [Case], accepted: [Int: String]) async throws {
        let origin = try ScriptedOrigin { received in
            let number = Int(String(decoding: received.body, as: UTF8.self)) ?? 0
            return [.send(cases[number].bytes), .close]
        }
        try await withUpstream(origin) { client in
            for (number, text) in cases.enumerated() {
                let error = await client.failure(of: post("\(number)"))
                let shown = "\(number) \(text.id): \(String(decoding: text.bytes, as: UTF8.self).debugDescription) \(String(describing: error))"
                if error == nil { print("ACCEPTED", shown) }
                #expect((error == nil) == (accepted[number] != nil), "\(shown)")
                if let error { #expect(error.kind == .malformed || error.kind == .cut, "\(shown)") }
            }
            #expect(origin.received.count == cases.count, "each was asked for once")
        }
    }
}
