import Serving
import Testing

/// The limits of a request, each at n−1, n and n+1.
struct LimitTests {
    private func verdict(_ text: String) -> Refusal? {
        let trace = FramingTrace(text)
        #expect(trace.refusal != nil || trace.requests.count == 1)
        return trace.refusal
    }

    @Test(arguments: [(8191, nil), (8192, nil), (8193, Refusal.targetTooLong)])
    func aTargetHasItsLimit(size: Int, expected: Refusal?) {
        let target = "/" + String(repeating: "a", count: size - 1)
        #expect(verdict("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n") == expected)
    }

    @Test(arguments: [(8191, nil), (8192, nil), (8193, Refusal.headTooLarge)])
    func aFieldLineHasItsLimit(size: Int, expected: Refusal?) {
        let value = String(repeating: "a", count: size - "X: ".utf8.count)
        #expect(verdict("GET / HTTP/1.1\r\nHost: h\r\nX: \(value)\r\n\r\n") == expected)
    }

    @Test(arguments: [(32_767, nil), (32_768, nil), (32_769, Refusal.headTooLarge)])
    func aHeadHasItsLimit(size: Int, expected: Refusal?) {
        var head = "GET / HTTP/1.1\r\nHost: h\r\n"
        for _ in 0..<7 { head += "X: \(String(repeating: "a", count: 4000))\r\n" }
        head +=
            "Y: \(String(repeating: "b", count: size - head.utf8.count - "Y: \r\n\r\n".utf8.count))\r\n\r\n"
        #expect(head.utf8.count == size)
        #expect(verdict(head) == expected)
    }

    @Test(arguments: [(99, nil), (100, nil), (101, Refusal.headTooLarge)])
    func aHeadHasALimitOfFields(count: Int, expected: Refusal?) {
        let fields = String(repeating: "X: y\r\n", count: count - 1)
        #expect(verdict("GET / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n") == expected)
    }

    @Test(arguments: [(-1, nil), (0, nil), (1, Refusal.bodyTooLarge)])
    func aBodyHasItsLimitByLengthAndByChunks(more: Int, expected: Refusal?) {
        let size = (4 << 20) + more
        let body = String(repeating: "a", count: size)
        #expect(verdict("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: \(size)\r\n\r\n\(body)") == expected)
        let chunked = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(verdict("\(chunked)\(String(size, radix: 16))\r\n\(body)\r\n0\r\n\r\n") == expected)
        let part = String(repeating: "a", count: size - 1000)
        let rest = String(repeating: "b", count: 1000)
        let last = "\(String(size - 1000, radix: 16))\r\n\(part)\r\n3e8\r\n\(rest)\r\n0\r\n\r\n"
        #expect(verdict(chunked + last) == expected)
    }

    @Test func aBodyTooLargeIsRefusedBeforeAByteOfItIsRead() {
        #expect(
            FramingTrace("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4194305\r\n\r\n").refusal
                == .bodyTooLarge
        )
    }

    @Test func aLineThatNeverEndsIsRefusedAtItsLimit() {
        let endless = String(repeating: "a", count: 9000)
        #expect(FramingTrace("GET /\(endless)").refusal == .targetTooLong)
        #expect(FramingTrace(endless).refusal == .malformed)
        #expect(FramingTrace("GET / HTTP/1.1\r\n\(endless)").refusal == .headTooLarge)
    }
}
