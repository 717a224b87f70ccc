import CognitoSync
import Foundation
import HTTPTypes
import Messages
import TestSupport
import Testing

/// Naughty strings and broken UTF-8 in every place for a text: unchanged byte for byte, or refused.
@Suite(.enabled(if: Corpora.available, "the published test data is not beside the project"))
struct HostileTextTests {
    private static let dataset = "/identitypools/r:0/identities/r:1/datasets/d"

    private static let naughty: [String] = {
        (try? Corpora.decode([String].self, from: "blns/blns.json")) ?? []
    }()

    /// The cases of the UTF-8 set, each with its verdict.
    private static let sequences: [(bytes: [UInt8], isValid: Bool)] = {
        let file = (try? Corpora.bytes("utf8/utf8tests.bin")) ?? []
        return file.split(separator: 0x0A).compactMap { line in
            let parts = line.split(
                separator: UInt8(ascii: ":"),
                maxSplits: 2,
                omittingEmptySubsequences: false
            )
            guard parts.count == 3 else { return nil }
            switch String(decoding: parts[1], as: UTF8.self) {
            case "valid": return (Array(parts[2]), true)
            case "invalid": return (Array(parts[2]), false)
            default: return nil
            }
        }
    }()

    private func escape(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Returns the operation, or nil after a check that the refusal is well-formed.
    private func decode(_ request: Request) throws -> CognitoSync.Operation? {
        do throws(APIError) {
            return try RequestDecoder.decode(request).operation
        } catch {
            #expect([400, 404, 405].contains(error.status))
            for form in [RequestForm.rest, .target, .envelope] {
                let body = error.response(form: form).body
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(body)) }
                #expect(!body.contains { $0 < 0x20 })
            }
            #expect(error.message.utf8.count < 2000)
            return nil
        }
    }

    @Test func theSetsAreThere() {
        #expect(Self.naughty.count == 515)
        #expect(Self.sequences.count >= 200)
        #expect(Self.sequences.contains { $0.isValid } && Self.sequences.contains { !$0.isValid })
    }

    @Test func aNaughtyStringInAPathIsRefusedOrEscaped() throws {
        var accepted = 0
        for text in Self.naughty {
            for raw in [text, escape(text.utf8)] {
                for target in [
                    "/identitypools/\(raw)", "/identitypools/r:0/identities/\(raw)",
                    "/identitypools/r:0/identities/r:1/datasets/\(raw)", "/\(raw)", raw,
                ] {
                    guard let operation = try decode(TestRequests.make("GET", target)) else { continue }
                    try expectCanonical(operation)
                    accepted += 1
                }
                let subscription = TestRequests.make("POST", "\(Self.dataset)/subscriptions/\(raw)")
                guard let operation = try decode(subscription) else { continue }
                try expectCanonical(operation)
                if raw != text, case .subscribeToDataset(_, let device) = operation {
                    #expect(Array(device.text.utf8) == Array(text.utf8))
                }
                accepted += 1
            }
        }
        #expect(accepted > 300)
    }

    private func expectCanonical(_ operation: CognitoSync.Operation) throws {
        let request = operation.request()
        let target = try #require(request.head.path)
        let path = target.prefix { $0 != "?" }
        #expect(target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(!path.split(separator: "/").contains { $0 == "." || $0 == ".." })
        #expect(!path.contains("//") && !path.contains("%2F") && !path.contains("%00"))
        #expect(try RequestDecoder.decode(request).operation == operation)
    }

    @Test func aNaughtyStringInAQueryIsRefusedOrUnchanged() throws {
        for text in Self.naughty {
            let query = "nextToken=\(escape(text.utf8))&syncSessionToken=\(escape(text.utf8))"
            if let operation = try decode(TestRequests.make("GET", "\(Self.dataset)/records?\(query)")) {
                try expectCanonical(operation)
                guard case .listRecords(let parameters) = operation else { continue }
                #expect(parameters.paging.nextToken == (text.isEmpty ? nil : text))
                #expect(parameters.syncSessionToken == parameters.paging.nextToken)
            }
            for target in [
                "/identitypools?nextToken=\(text)", "/identitypools?\(text)", "/identitypools?\(text)=1",
            ] {
                if let operation = try decode(TestRequests.make("GET", target)) {
                    try expectCanonical(operation)
                }
            }
            if let operation = try decode(
                TestRequests.make("GET", "/identitypools?maxResults=\(escape(text.utf8))")
            ) {
                #expect(operation.request().head.path == "/identitypools?maxResults=\(text)")
            }
        }
    }

    @Test func aNaughtyStringInAHeaderIsRefusedOrUnchanged() throws {
        let name = try #require(HTTPField.Name("x-amz-client-context"))
        // HTTPTypes replaces each control character of a field by a space before the decoder reads it.
        for text in Self.naughty
        where !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            let body = #"{"SyncSessionToken":"t"}"#
            let request = TestRequests.make("POST", Self.dataset, [(name.rawName, text)], body: body)
            if let operation = try decode(request) {
                let forwarded = operation.request().head.headerFields[name] ?? ""
                #expect(forwarded == text.trimmingCharacters(in: .whitespaces))
                #expect(forwarded.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            }
            let aimed = TestRequests.make(
                "POST",
                "/",
                [("x-amz-target", text), ("content-type", text)],
                body: "{}"
            )
            #expect(try decode(aimed) == nil)
        }
    }

    @Test func aNaughtyStringInABodyIsUnchangedByteForByte() throws {
        for text in Self.naughty where text.unicodeScalars.count <= 1024 {
            let key = text.isEmpty ? "k" : text
            let patch = JSONValue.object([
                ("Op", .string("replace")), ("Key", .string(key)), ("Value", .string(text)),
                ("SyncCount", .number("0")),
            ])
            let object = JSONValue.object([
                ("SyncSessionToken", .string(text)), ("RecordPatches", .array([patch])),
            ])
            let operation = try decode(TestRequests.make("POST", Self.dataset, bytes: object.bytes))
            guard case .updateRecords(let update) = operation else {
                Issue.record("refused: \(text)")
                continue
            }
            #expect(update.body == object.bytes)
            #expect(Array(update.syncSessionToken.utf8) == Array(text.utf8))
            #expect(update.patches().map { Array($0.key.utf8) } == [Array(key.utf8)])
            #expect(update.patches().map { Array(($0.value ?? "").utf8) } == [Array(text.utf8)])
            let device = JSONValue.object([
                ("Platform", .string("GCM")), ("Token", .string(text)),
            ])
            let register = try decode(
                TestRequests.make("POST", "/identitypools/r:0/identity/r:1/device", bytes: device.bytes)
            )
            #expect(register?.request().body == device.bytes)
            let unknown = JSONValue.object([("SyncSessionToken", .string("t")), (text, .null)])
            #expect(try decode(TestRequests.make("POST", Self.dataset, bytes: unknown.bytes)) == nil)
            let platform = JSONValue.object([("Platform", .string(text)), ("Token", .string("t"))])
            #expect(
                try decode(
                    TestRequests.make("POST", "/identitypools/r:0/identity/r:1/device", bytes: platform.bytes)
                ) == nil
            )
        }
    }

    @Test func brokenUTF8IsRefusedEverywhereAndValidUTF8IsUnchanged() throws {
        for (bytes, isValid) in Self.sequences {
            let patch = Array(
                #"{"SyncSessionToken":"t","RecordPatches":[{"Op":"replace","SyncCount":0,"Key":"k"#.utf8
            )
            let tail = Array(#"","Value":"v"}]}"#.utf8)
            // A quotation mark, a backslash or a control character would end the string, not test it.
            let isPlain = !bytes.contains {
                $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
            }
            if isPlain {
                let body = patch + bytes + tail
                let operation = try decode(TestRequests.make("POST", Self.dataset, bytes: body))
                #expect((operation != nil) == isValid, "\(bytes)")
                if case .updateRecords(let update) = operation {
                    #expect(update.body == body)
                    #expect(update.patches().map { Array($0.key.utf8) } == [[UInt8(ascii: "k")] + bytes])
                }
                let page = Array(#"{"DatasetExists":true,"DatasetSyncCount":1,"LastModifiedBy":""#.utf8)
                #expect(((try? RecordsPage.scan(page + bytes + Array(#""}"#.utf8))) != nil) == isValid)
            }
            let segment = try decode(
                TestRequests.make("POST", "\(Self.dataset)/subscriptions/x\(escape(bytes))")
            )
            if !isValid { #expect(segment == nil, "\(bytes)") }
            if case .subscribeToDataset(_, let device) = segment {
                #expect(Array(device.text.utf8) == [UInt8(ascii: "x")] + bytes)
            }
            let query = try decode(TestRequests.make("GET", "/identitypools?nextToken=x\(escape(bytes))"))
            if !isValid { #expect(query == nil, "\(bytes)") }
            for name in ["identitypools/r:0", "identitypools/r:0/identities/r:1/datasets"] {
                let read = try decode(TestRequests.make("GET", "/\(name)\(escape(bytes))"))
                if !isValid { #expect(read == nil, "\(bytes)") }
            }
        }
    }
}
