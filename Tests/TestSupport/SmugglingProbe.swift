import Foundation

/// A request with an obfuscated Transfer-Encoding line, which one parser frames by length and another by
/// chunks.
package struct SmugglingProbe: Sendable, CustomStringConvertible {
    package var description: String
    package var bytes: [UInt8]
    /// Whether the line is a well-formed field of another name, so that the length alone frames the body.
    package var isOtherField: Bool
    package var contentLength: Int

    private static let otherFields: Set<String> = [
        "contentEnc", "xprespace-09", "xprespace-20", "xprespace-a0", "xprespace-ff",
    ]

    private struct Entry: Decodable {
        var id: String
        var te_header_b64: String

        var line: [UInt8] { [UInt8](Data(base64Encoded: te_header_b64) ?? Data()) }

        static func load() throws -> [Entry] {
            try Corpora.decode([Entry].self, from: "h1-smuggler-te-mutations/cases.json")
        }
    }

    /// Returns the obfuscated lines alone.
    package static func fieldMutations() throws -> [[UInt8]] { try Entry.load().map(\.line) }

    /// Returns all probes, each with its line before and after the length.
    ///
    /// - Parameter outer: the request line.
    /// - Parameter payload: the content of the chunks, if they frame the body.
    /// - Parameter smuggled: the request that one of two parsers would see after the first one.
    package static func load(
        outer: String = "POST /outer HTTP/1.1",
        payload: String = "Z",
        smuggled: String = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
    ) throws -> [SmugglingProbe] {
        let chunked = chunk(payload) + "0\r\n\r\n" + smuggled
        let hidden = chunk(smuggled) + "0\r\n\r\n"
        let sizeLine = hidden.utf8.prefix { $0 != 10 }.count + 1
        let bodies: [(String, String, Int)] = [
            ("CL.TE", chunked, chunked.utf8.count), ("TE.CL", hidden, sizeLine),
            ("TE.0", "0\r\n\r\n" + smuggled, 0),
        ]
        return try Entry.load().flatMap { entry in
            let line = entry.line
            return bodies.flatMap { name, body, length in
                [true, false].map { lengthFirst in
                    let contentLength = [UInt8]("Content-Length: \(length)".utf8)
                    let lines = lengthFirst ? [contentLength, line] : [line, contentLength]
                    let bytes =
                        [UInt8]("\(outer)\r\nHost: h\r\n".utf8)
                        + lines.flatMap { $0 + [13, 10] } + [13, 10] + [UInt8](body.utf8)
                    return SmugglingProbe(
                        description: "\(entry.id) \(name)\(lengthFirst ? "" : " length last")",
                        bytes: bytes,
                        isOtherField: otherFields.contains(entry.id),
                        contentLength: length
                    )
                }
            }
        }
    }

    private static func chunk(_ text: String) -> String {
        "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    }
}
