import Messages
import NIOCore
import Serving

/// The result of the framing of a stream of bytes: the accepted requests, and the end of the stream.
struct FramingTrace: Equatable {
    var requests: [Request] = []
    var refusal: Refusal?
    /// Whether the bytes ended in the middle of a request.
    var isUnfinished = false

    /// Feeds the framing with `bytes`, cut at `cuts`, as a connection does.
    init(_ bytes: [UInt8], cuts: [Int] = [], limits: ServerLimits = ServerLimits()) {
        var framing = RequestFraming(limits: limits)
        var start = 0
        for end in cuts + [bytes.count] where end > start {
            var input = ByteBuffer(bytes: bytes[start..<end])
            start = end
            while input.readableBytes > 0, refusal == nil {
                switch framing.consume(&input) {
                case .needMore, .head: break
                case .whole:
                    if let request = framing.takeRequest(scheme: "http") { requests.append(request) }
                case .refused(let reason): refusal = reason
                }
            }
        }
        isUnfinished = refusal == nil && !framing.isBetweenRequests
    }

    init(_ text: String, limits: ServerLimits = ServerLimits()) {
        self.init([UInt8](text.utf8), limits: limits)
    }

    /// Returns true if the bytes give the same result in two pieces, in single bytes and in pairs.
    ///
    /// Of long streams about 300 places are tried: the others cut within the same line or chunk.
    func isSameHoweverSplit(_ bytes: [UInt8]) -> Bool {
        let twos = stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300))
        let steps = [1, 2].map { Array(stride(from: $0, to: bytes.count, by: $0)) }
        return twos.allSatisfy { FramingTrace(bytes, cuts: [$0]) == self }
            && steps.allSatisfy { FramingTrace(bytes, cuts: $0) == self }
    }
}
