/// The framing of requests in bytes that come in any pieces.
enum RequestBytes {
    /// Removes the first whole request from the bytes and returns it; nil if there is none yet.
    ///
    /// - Parameter withBody: false to return it at the end of its head, with an empty body.
    static func split(_ bytes: inout [UInt8], withBody: Bool = true) -> (String, [UInt8])? {
        guard let end = bytes.firstRange(of: [0x0D, 0x0A, 0x0D, 0x0A])?.upperBound else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        let length = head.split(separator: "\r\n").lazy
            .map { $0.lowercased() }
            .first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) }
        let size = withBody ? max(0, length ?? 0) : 0
        guard bytes.count - end >= size else { return nil }
        let body = [UInt8](bytes[end..<end + size])
        bytes.removeFirst(end + size)
        return (head, body)
    }
}
