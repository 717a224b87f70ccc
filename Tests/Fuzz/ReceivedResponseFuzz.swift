import HTTPTypes
import Messages

/// Runs the checks on fuzzed bytes, called by libFuzzer.
///
/// The first byte chooses the method, the second the size of the pieces in which the response arrives.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzReceivedResponse(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    let isHead = input.byte() == 1
    let size = Int(input.byte()) + 1
    ReceivedResponseFuzz.check(Array(input.rest), isHead: isHead, piece: size)
    return 0
}

/// The properties under test: the outcome does not depend on the cuts, and chunks are decoded as by a plain decoder.
private enum ReceivedResponseFuzz {
    private enum Outcome: Equatable {
        case response(Response, hasExcess: Bool)
        case fault(ResponseFault)
    }

    private static let limits = ReceivedResponse.Limits(head: 512, fields: 8, body: 64)

    static func check(_ bytes: [UInt8], isHead: Bool, piece: Int) {
        let whole = read(bytes, isHead: isHead, piece: max(1, bytes.count))
        for size in [1, piece] {
            let other = read(bytes, isHead: isHead, piece: size)
            Finding.unless(other == whole, "the outcome depends on the cuts", bytes)
        }
        guard case .response(let response, let hasExcess) = whole else { return }
        Finding.unless(response.body.count <= limits.body, "a body beyond its limit", bytes)
        for field in response.head.headerFields {
            let hasBreak = field.value.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 }
            Finding.unless(!hasBreak, "a field with a line break", bytes)
        }
        if response.head.headerFields[.transferEncoding] != nil, !isHead, response.head.status.code != 304 {
            let (body, end) = decodePlainly(bytes[headEnd(of: bytes)...])
            Finding.unless(body == response.body, "another body than a plain decoder's", bytes)
            Finding.unless(hasExcess == (end < bytes.count), "excess bytes are passed over", bytes)
        }
    }

    /// Passes the bytes in pieces, as a connection gives them.
    private static func read(_ bytes: [UInt8], isHead: Bool, piece: Int) -> Outcome {
        var response = ReceivedResponse(isHead: isHead, limits: limits)
        do throws(ResponseFault) {
            var rest = bytes[...]
            while !rest.isEmpty {
                try response.consume(Array(rest.prefix(piece)).span)
                rest = rest.dropFirst(piece)
                Finding.unless(
                    response.partialLine.count <= limits.head,
                    "a line beyond the limit of a head",
                    bytes
                )
            }
            let hasExcess = response.hasExcess
            return .response(Response(try response.finished()), hasExcess: hasExcess)
        } catch {
            return .fault(error)
        }
    }

    /// Returns the end of the last head: the first empty line after a status line that is not interim.
    private static func headEnd(of bytes: [UInt8]) -> Int {
        var end = 0
        var isInterim = false
        var isStatus = true
        for line in bytes[...].split(after: 0x0A) {
            if isStatus { isInterim = line.count > 9 && line[9] == UInt8(ascii: "1") }
            end += line.count
            isStatus = line == [0x0D, 0x0A]
            if isStatus, !isInterim { return end }
        }
        return end
    }

    /// Returns the decoded body and its end, for bytes that passed every check.
    private static func decodePlainly(_ coded: ArraySlice<UInt8>) -> (body: [UInt8], end: Int) {
        var body: [UInt8] = []
        var rest = coded
        while true {
            let line = rest.prefix { $0 != 0x0A }
            let digits = line.prefix { Character(Unicode.Scalar($0)).isHexDigit }
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
            rest = rest.dropFirst(line.count + 1)
            if size == 0 { break }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        while true {
            let line = rest.prefix { $0 != 0x0A }
            rest = rest.dropFirst(line.count + 1)
            if line == [0x0D] || line.isEmpty { return (body, rest.startIndex) }
        }
    }
}

extension ArraySlice<UInt8> {
    /// Returns the parts that end with the byte, which is part of them, and the last one without it.
    fileprivate func split(after byte: UInt8) -> [[UInt8]] {
        var (parts, part): ([[UInt8]], [UInt8]) = ([], [])
        for next in self {
            part.append(next)
            guard next == byte else { continue }
            parts.append(part)
            part = []
        }
        return part.isEmpty ? parts : parts + [part]
    }
}
