import HTTPTypes
import Messages
import NIOCore

/// Runs the checks on fuzzed bytes, called by libFuzzer.
///
/// The first byte is the size of the pieces in which the others arrive.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzRequestFraming(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    let size = Int(input.byte() & 31) + 1
    RequestFramingFuzz.check(Array(input.rest), piece: size)
    return 0
}

/// The properties under test: the requests of a stream do not depend on its cuts, and each has one spelling.
private enum RequestFramingFuzz {
    private struct Outcome: Equatable {
        var requests: [Request] = []
        var refusal: Refusal?
        var isBetweenRequests = false
    }

    private static let hopByHop = HopByHopFields(and: ["host", "expect"])
    private static let limits: ServerLimits = {
        var limits = ServerLimits()
        (limits.target, limits.field, limits.head, limits.fields, limits.body) = (64, 80, 400, 8, 100)
        return limits
    }()

    static func check(_ bytes: [UInt8], piece: Int) {
        let whole = read(bytes, piece: max(1, bytes.count))
        Finding.unless(read(bytes, piece: piece) == whole, "the outcome depends on the cuts", bytes)
        for request in whole.requests {
            checkForm(of: request, in: bytes)
            let again = read(wire(of: request), piece: .max)
            let isSame = again.requests.count == 1 && again.refusal == nil && again.isBetweenRequests
            Finding.unless(
                isSame && again.requests.first == request,
                "another spelling is another request",
                bytes
            )
        }
    }

    private static func read(_ bytes: [UInt8], piece: Int) -> Outcome {
        var framing = RequestFraming(limits: limits)
        var outcome = Outcome()
        var rest = bytes[...]
        while !rest.isEmpty {
            var input = ByteBuffer(bytes: rest.prefix(piece))
            rest = rest.dropFirst(piece)
            var asksAgain = true
            while asksAgain {
                switch framing.consume(&input) {
                case .needMore: asksAgain = false
                case .head: break
                case .whole:
                    guard let request = framing.takeRequest(scheme: "http") else {
                        Finding.trap("a whole request that is none")
                    }
                    outcome.requests.append(request)
                    asksAgain = input.readableBytes > 0
                case .refused(let refusal):
                    outcome.refusal = refusal
                    return outcome
                }
            }
            Finding.unless(input.readableBytes == 0, "bytes are left over", bytes)
        }
        outcome.isBetweenRequests = framing.isBetweenRequests
        return outcome
    }

    private static func checkForm(of request: Request, in bytes: [UInt8]) {
        let target = request.head.path ?? ""
        let isTarget =
            target.hasPrefix("/") && target.utf8.count <= limits.target
            && target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
        let segments = target.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        Finding.unless(isTarget && !segments.contains { $0 == "." || $0 == ".." }, "a bad target", bytes)
        Finding.unless(request.body.count <= limits.body, "a body beyond its limit", bytes)
        for field in request.head.headerFields {
            let name = field.name.canonicalName
            let isHopByHop = hopByHop.contains(name)
            let hasControl = field.value.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
            Finding.unless(!isHopByHop && !hasControl, "a field that must not pass", bytes)
        }
    }

    /// Returns the request as plain HTTP/1.1, with one chunk, and without spaces that could make a line too long.
    private static func wire(of request: Request) -> [UInt8] {
        // Only HTTP/1.0 has no Host.
        let host = request.head.authority.map { "1\r\nHost:\($0)" } ?? "0"
        let text = "\(request.head.method.rawValue) \(request.head.path ?? "") HTTP/1.\(host)\r\n"
        var bytes = [UInt8](text.utf8)
        for field in request.head.headerFields {
            bytes.append(contentsOf: "\(field.name.rawName):".utf8)
            field.withUnsafeBytesOfValue { unsafe bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: "\r\n".utf8)
        }
        // The length stays a field of the request, so a body in chunks has to be one again.
        guard request.head.headerFields[.contentLength] == nil, !request.body.isEmpty else {
            return bytes + "\r\n".utf8 + request.body
        }
        bytes.append(contentsOf: "Transfer-Encoding:chunked\r\n\r\n".utf8)
        bytes.append(contentsOf: "\(String(request.body.count, radix: 16))\r\n".utf8)
        return bytes + request.body + "\r\n0\r\n\r\n".utf8
    }
}
