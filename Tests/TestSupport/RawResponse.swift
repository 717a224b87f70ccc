/// One answer as it came over the wire.
package struct RawResponse: Sendable, Equatable {
    package var status: Int
    /// Status line and fields, without the empty line.
    package var head: String
    package var body: [UInt8]

    /// Anything but an interim answer such as 100 Continue.
    package var isFinal: Bool { status >= 200 }
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a field, whatever the case of its name; nil without one.
    package subscript(field: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == field.lowercased()
            else { continue }
            return String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        return nil
    }

    /// The whole answers in `bytes`, framed by `content-length`; what is not whole is left out.
    ///
    /// `methods` are those of the requests, in order: an answer to HEAD has no body.
    package static func parse(_ bytes: [UInt8], methods: [String] = []) -> [RawResponse] {
        var answers: [RawResponse] = []
        var rest = bytes[...]
        let separator: [UInt8] = [13, 10, 13, 10]
        while let end = rest.firstRange(of: separator) {
            let head = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
            let words = head.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, let status = Int(words[1].prefix(3)) else { break }
            var answer = RawResponse(status: status, head: head, body: [])
            let index = answers.count { $0.isFinal }
            let bare =
                status < 200 || status == 204 || status == 304
                || (methods.indices.contains(index) && methods[index] == "HEAD")
            let length = bare ? 0 : Int(answer["content-length"] ?? "0") ?? 0
            guard length >= 0, rest.endIndex - end.upperBound >= length else { break }
            answer.body = [UInt8](rest[end.upperBound..<(end.upperBound + length)])
            answers.append(answer)
            rest = rest[(end.upperBound + length)...]
        }
        return answers
    }
}
