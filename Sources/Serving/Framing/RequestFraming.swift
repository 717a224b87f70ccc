import HTTPTypes
package import Messages
package import NIOCore

/// The parser that finds the beginning and the end of each request of a connection.
///
/// It refuses all bytes that are not strictly well-formed. It is pure: bytes go in, steps come out. It
/// consumes the bytes of one request at a time and never looks beyond its end. So its owner decides when the
/// next one begins. The verdict for a stream of bytes does not depend on how reads cut it.
package struct RequestFraming: Sendable {
    /// The state of the request after some bytes.
    package enum Step: Sendable {
        /// All of the input was consumed, and the request is not whole yet.
        case needMore
        /// The head is whole, and a body is to come.
        case head
        /// The request is whole; the rest of the input belongs to the next one.
        case whole
        /// The terminal state: the bytes that follow cannot be told apart from a body, so nothing more is
        /// read.
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
    /// The head of the current request, once it is whole.
    private(set) var head: RequestHead?
    private(set) var body: [UInt8] = []
    /// The bytes of the head without offers to upgrade, until `takeWire` returns them.
    private var wire: ByteBuffer?

    package init(limits: ServerLimits) {
        self.limits = limits
        state = .head(HeadCollector(limits: limits))
    }

    /// Whether no byte of the next request has been consumed.
    package var isBetweenRequests: Bool {
        if case .head(let collector) = state { collector.isEmpty && head == nil } else { false }
    }

    /// Whether the caller waits for `100 Continue` and has sent nothing of the body yet.
    package var expectsContinue: Bool { head?.expectsContinue == true && body.isEmpty }

    /// Returns the whole request and forgets it; call it once, after `.whole`.
    ///
    /// - Returns: Nil if no head is whole.
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
                path: head.target.path,
                headerFields: head.fields
            ),
            body: body
        )
    }

    /// Returns the bytes of a head that has just become whole, from the request line through the empty line.
    ///
    /// An offer to upgrade is masked in them; see `HeadCollector.wireWithoutOffers`. It returns them once and
    /// then nil: they may keep the memory of a whole read.
    mutating func takeWire() -> ByteBuffer? {
        defer { wire = nil }
        return wire
    }

    /// Consumes bytes of the current request, and none beyond its end.
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
            // Another value takes the place of the collector, so that it is not copied when it grows.
            state = .length(left: 0)
            let ended = try collector.collect(&input)
            guard ended else {
                state = .head(collector)
                return .needMore
            }
            let head = try HeadRules.check(collector, limits: limits)
            wire = collector.wireWithoutOffers()
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
        case .chunked:
            let takesBody = RequestLine.takesBody(head.method)
            state = .chunked(ChunkedBody(limits: limits, takesBody: takesBody))
        }
        return .head
    }

    private mutating func end() -> Step {
        state = .head(HeadCollector(limits: limits))
        return .whole
    }
}
