/// A response as it came over the wire.
package struct RawResponse: Sendable, Equatable {
    package var status: Int
    /// The status line and the fields, without the empty line.
    package var head: String
    package var body: [UInt8]

    /// Whether this is not an interim response such as 100 Continue.
    package var isFinal: Bool { status >= 200 }
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a field, regardless of the case of its name; nil if there is none.
    package subscript(field: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == field.lowercased()
            else { continue }
            return String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        return nil
    }

    /// Returns the whole responses in `bytes`, framed by `content-length`, without an incomplete last one.
    ///
    /// - Parameter methods: the methods of the requests, in order: a response to HEAD has no body.
    package static func parse(_ bytes: [UInt8], methods: [String] = []) -> [RawResponse] {
        var responses: [RawResponse] = []
        var rest = bytes[...]
        let separator: [UInt8] = [13, 10, 13, 10]
        while let end = rest.firstRange(of: separator) {
            let head = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
            let words = head.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, let status = Int(words[1].prefix(3)) else { break }
            var response = RawResponse(status: status, head: head, body: [])
            let index = responses.count { $0.isFinal }
            let bare =
                status < 200 || status == 204 || status == 304
                || (methods.indices.contains(index) && methods[index] == "HEAD")
            let length = bare ? 0 : Int(response["content-length"] ?? "0") ?? 0
            guard length >= 0, rest.endIndex - end.upperBound >= length else { break }
            response.body = [UInt8](rest[end.upperBound..<(end.upperBound + length)])
            responses.append(response)
            rest = rest[(end.upperBound + length)...]
        }
        return responses
    }
}
