import Foundation
import TestSupport

/// Obfuscated Transfer-Encoding lines, each in a request that one parser frames by length and another by chunks.
struct SmugglingProbe: Sendable, CustomStringConvertible {
    var description: String
    var bytes: [UInt8]
    /// The line is a well-formed field of another name, so that the length alone frames the body.
    var isOtherField: Bool
    var contentLength: Int

    private static let otherFields: Set<String> = [
        "contentEnc", "xprespace-09", "xprespace-20", "xprespace-a0", "xprespace-ff",
    ]

    static func load() throws -> [SmugglingProbe] {
        struct Entry: Decodable {
            var id: String
            var te_header_b64: String
        }
        let smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
        let bodies: [(String, String, Int)] = [
            ("CL.TE", "1\r\nZ\r\n0\r\n\r\n" + smuggled, 11 + smuggled.utf8.count),
            ("TE.CL", "\(String(smuggled.utf8.count, radix: 16))\r\n\(smuggled)\r\n0\r\n\r\n", 4),
            ("TE.0", "0\r\n\r\n" + smuggled, 0),
        ]
        return try Corpora.decode([Entry].self, from: "h1-smuggler-te-mutations/cases.json").flatMap {
            entry in
            let line = [UInt8](Data(base64Encoded: entry.te_header_b64) ?? Data())
            return bodies.flatMap { name, body, length in
                [true, false].map { lengthFirst in
                    let contentLength = [UInt8]("Content-Length: \(length)".utf8)
                    let lines = lengthFirst ? [contentLength, line] : [line, contentLength]
                    let bytes =
                        [UInt8]("POST /outer HTTP/1.1\r\nHost: h\r\n".utf8)
                        + lines.flatMap { $0 + [13, 10] } + [13, 10] + [UInt8](body.utf8)
                    return SmugglingProbe(
                        description: "\(entry.id) \(name)",
                        bytes: bytes,
                        isOtherField: otherFields.contains(entry.id),
                        contentLength: length
                    )
                }
            }
        }
    }
}
