import Foundation

/// A request of the published sets, with what HAProxy and nginx make of it.
package struct CorpusCase: Sendable, CustomStringConvertible {
    package var description: String
    package var bytes: [UInt8]
    /// Status codes that each of the two gave, in order.
    package var answers: [[Int]]
    /// The set's own parser takes it only when told to be lenient.
    package var isLenient = false
    /// The set says that it is to be rejected.
    package var isBad = false

    /// Both end by refusing: an error, or no answer at all.
    package var bothRefuse: Bool { !answers.isEmpty && answers.allSatisfy { ($0.last ?? 999) >= 400 } }
    /// How many requests one of the two let through before.
    package var mostAccepted: Int { answers.map { $0.count { $0 < 400 } }.max() ?? 0 }
    package var hasHost: Bool { String(decoding: bytes, as: UTF8.self).lowercased().contains("host") }

    /// With a `Host` behind the first line, where the lack of one would hide what the case is about.
    package var withHost: CorpusCase? {
        guard isBad, !hasHost, let end = bytes.firstIndex(of: 10), end > 0, bytes[end - 1] == 13 else {
            return nil
        }
        var copy = self
        copy.bytes.insert(contentsOf: "Host: h\r\n".utf8, at: end + 1)
        copy.description += " with Host"
        return copy
    }

    package static func load() throws -> [CorpusCase] {
        let references = try Corpora.decode([Reference].self, from: "reference-answers.json")
        let answers = Dictionary(references.map { ("\($0.corpus)/\($0.id)", $0) }) { first, _ in first }
        let sets = [
            ("h1-gunicorn", "h1-gunicorn/cases.json"), ("h1-llhttp", "h1-llhttp/cases.json"),
            ("h1-vtc", "h1-vtc/requests-expect-4xx.json"),
        ]
        return try sets.flatMap { corpus, path in
            try Corpora.decode([Entry].self, from: path).compactMap { entry -> CorpusCase? in
                guard entry.kind != "response" else { return nil }
                let reference = answers["\(corpus)/\(entry.id)"]
                return CorpusCase(
                    description: "\(corpus)/\(entry.id)",
                    bytes: [UInt8](Data(base64Encoded: entry.raw_b64) ?? Data()),
                    answers: reference.map { [$0.haproxy, $0.nginx].map(statuses) } ?? [],
                    isLenient: entry.meta?.type?.contains("lenient") == true,
                    isBad: entry.expect?.word == "reject"
                )
            }
        }
    }

    /// `200,400|close` is two answers and then a close; several such are of several connections.
    private static func statuses(_ texts: [String]) -> [Int] {
        texts.flatMap { $0.prefix { $0 != "|" }.split(separator: ",").compactMap { Int($0) } }
    }

    private struct Entry: Decodable {
        var id: String
        var kind: String?
        var meta: Meta?
        var expect: Expectation?
        var raw_b64: String
    }

    /// A word in two sets, a list of conditions in the third.
    private struct Expectation: Decodable {
        var word: String?

        init(from decoder: any Decoder) throws {
            word = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    private struct Meta: Decodable {
        var type: String?
    }

    private struct Reference: Decodable {
        var corpus: String
        var id: String
        var haproxy: [String]
        var nginx: [String]

        enum CodingKeys: String, CodingKey {
            case corpus, id
            case haproxy = "haproxy-2.6.12"
            case nginx = "nginx-1.22.1"
        }
    }
}
