import Foundation

/// A request of the published sets, with the responses of HAProxy and nginx.
package struct CorpusCase: Sendable, CustomStringConvertible {
    package var description: String
    package var bytes: [UInt8]
    /// The status codes of each of the two servers, in order.
    package var statuses: [[Int]]
    /// Whether the parser of the set accepts the request in its lenient mode only.
    package var isLenient = false
    /// Whether the set marks the request as one to reject.
    package var isBad = false

    /// Whether both servers refuse the request at the end: by an error, or by no response at all.
    package var bothRefuse: Bool { !statuses.isEmpty && statuses.allSatisfy { ($0.last ?? 999) >= 400 } }
    /// The larger of the numbers of requests that the two servers accept.
    package var mostAccepted: Int { statuses.map { $0.count { $0 < 400 } }.max() ?? 0 }
    package var hasHost: Bool { String(decoding: bytes, as: UTF8.self).lowercased().contains("host") }

    /// The case with a `Host` field after its first line; nil if it has one already.
    ///
    /// A missing `Host` would hide the fault that the case is about. Some of these cases offer an upgrade,
    /// which is ignored: then only the bytes behind the first request are refused.
    package var withHost: CorpusCase? {
        guard isBad, !hasHost, let end = bytes.firstIndex(of: 10), end > 0, bytes[end - 1] == 13 else {
            return nil
        }
        var copy = self
        copy.bytes.insert(contentsOf: "Host: h\r\n".utf8, at: end + 1)
        copy.description += " with Host"
        if String(decoding: bytes, as: UTF8.self).lowercased().contains("\nupgrade:") {
            copy.statuses = [[200, 400]]
        }
        return copy
    }

    package static func load() throws -> [CorpusCase] {
        let references = try Corpora.decode([Reference].self, from: "reference-answers.json")
        let referenced = Dictionary(references.map { ("\($0.corpus)/\($0.id)", $0) }) { first, _ in first }
        let sets = [
            ("h1-gunicorn", "h1-gunicorn/cases.json"), ("h1-llhttp", "h1-llhttp/cases.json"),
            ("h1-vtc", "h1-vtc/requests-expect-4xx.json"),
        ]
        return try sets.flatMap { corpus, path in
            try Corpora.decode([Entry].self, from: path).compactMap { entry -> CorpusCase? in
                guard entry.kind != "response" else { return nil }
                let reference = referenced["\(corpus)/\(entry.id)"]
                return CorpusCase(
                    description: "\(corpus)/\(entry.id)",
                    bytes: [UInt8](Data(base64Encoded: entry.raw_b64) ?? Data()),
                    statuses: reference.map { [$0.haproxy, $0.nginx].map(parse) } ?? [],
                    isLenient: entry.meta?.type?.contains("lenient") == true,
                    isBad: entry.expect?.word == "reject"
                )
            }
        }
    }

    /// Returns the status codes of several connections: `200,400|close` is two responses and then a close.
    private static func parse(_ texts: [String]) -> [Int] {
        texts.flatMap { $0.prefix { $0 != "|" }.split(separator: ",").compactMap { Int($0) } }
    }

    private struct Entry: Decodable {
        var id: String
        var kind: String?
        var meta: Meta?
        var expect: Expectation?
        var raw_b64: String
    }

    /// The expectation of a set: a word in two of the sets, a list of conditions in the third.
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
