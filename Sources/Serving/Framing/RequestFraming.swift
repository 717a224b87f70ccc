import HTTPTypes
package import Messages
package import NIOCore

/// Finds where each request of a connection begins and ends, and refuses what is not strictly well-formed.
///
/// Pure: bytes go in, steps come out. It takes the bytes of one request at a time and never looks beyond its end,
/// so whoever drives it decides when the next one is begun. The verdict for a stream of bytes is the same however
/// it is cut into reads.
package struct RequestFraming: Sendable {
    /// What the bytes given so far amount to.
    package enum Step: Sendable {
        /// All of the input was taken and the request is not whole yet.
        case needMore
        /// The head is whole and a body is to come.
        case head
        /// A request is whole; what is left of the input belongs to the next one.
        case whole
        /// Terminal: whatever follows cannot be told apart from a body, so nothing more is read.
        case refused(Refusal)
    }

    private enum State {
        case head(HeadCollector)
        case length(left: Int)
        case chunked(ChunkedBody)
        case refused(Refusal)
    }

    private let limits: ServerLimits
    private var state: State
    /// The head of the request being read, once it is whole.
    private(set) var head: RequestHead?
    private(set) var body: [UInt8] = []
    /// The head byte by byte, until it is asked for.
    private var wire: ByteBuffer?

    package init(limits: ServerLimits) {
        self.limits = limits
        state = .head(HeadCollector(limits: limits))
    }

    /// Not one byte of the next request has been taken.
    package var isBetweenRequests: Bool {
        if case .head(let collector) = state { collector.isEmpty && head == nil } else { false }
    }

    /// The client waits for `100 Continue` and has sent nothing of the body yet.
    package var expectsContinue: Bool { head?.expectsContinue == true && body.isEmpty }

    /// The whole request as the rest of the program knows it; call it once, after `.whole`.
    package mutating func takeRequest(scheme: String) -> Request? {
        guard let head else { return nil }
        defer {
            self.head = nil
            body = []
        }
        return Request(
            head: HTTPRequest(
                method: head.method,
                scheme: scheme,
                authority: head.authority,
                path: head.target,
                headerFields: head.fields
            ),
            body: body
        )
    }

    /// The bytes of a head that has just become whole, from the request line through the empty line.
    ///
    /// Given once, since they may hold the memory of a whole read.
    mutating func takeWire() -> ByteBuffer? {
        defer { wire = nil }
        return wire
    }

    /// Takes bytes of the request being read; none beyond its end.
    package mutating func consume(_ input: inout ByteBuffer) -> Step {
        do throws(Refusal) {
            return try advance(&input)
        } catch {
            state = .refused(error)
            head = nil
            body = []
            return .refused(error)
        }
    }

    private mutating func advance(_ input: inout ByteBuffer) throws(Refusal) -> Step {
        switch state {
        case .head(var collector):
            // The state lets go of the collector, so that it is not copied when it grows.
            state = .length(left: 0)
            let ended = try collector.collect(&input)
            guard ended else {
                state = .head(collector)
                return .needMore
            }
            let head = try HeadRules.check(collector, limits: limits)
            wire = collector.wire
            return begin(head)
        case .length(let left):
            let count = min(left, input.readableBytes)
            if let slice = input.readSlice(length: count) { body.append(contentsOf: slice.readableBytesView) }
            state = .length(left: left - count)
            return count == left ? end() : .needMore
        case .chunked(var chunks):
            let ended = try chunks.collect(&input, into: &body)
            state = .chunked(chunks)
            return ended ? end() : .needMore
        case .refused(let refusal):
            throw refusal
        }
    }

    private mutating func begin(_ head: RequestHead) -> Step {
        self.head = head
        switch head.body {
        case .none: return end()
        case .length(let length): state = .length(left: length)
        case .chunked: state = .chunked(ChunkedBody(limits: limits))
        }
        return .head
    }

    private mutating func end() -> Step {
        state = .head(HeadCollector(limits: limits))
        return .whole
    }
}
