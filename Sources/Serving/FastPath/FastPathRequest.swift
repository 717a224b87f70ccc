package import NIOCore

/// A whole, plain GET at the start of what has arrived: one that may be answered from its target alone.
///
/// A pure function of the bytes, and a narrow one: it takes only what it wholly understands. The head is there to
/// its end; it has one `Host` that is a name, and no field but those of `FastPathField`, none of which frames, routes,
/// conditions or authorises a request. So there is no body, the connection stays open, and the next request begins
/// where this one ends. Whatever it takes `RequestFraming` takes too, and reads the same in it; whatever it does
/// not take is left untouched.
///
/// Limits are the ones of the long way. Nothing is allocated: the parts are views of what came.
package struct FastPathRequest: Sendable {
    /// In origin-form, as it was spelt.
    package let target: WireBytes
    package let requestID: WireBytes?
    package let traceParent: WireBytes?
    /// From the first byte of the request line through the empty line.
    package let length: Int

    package init?(_ input: ByteBuffer, limits: ServerLimits) {
        let bytes = input.readableBytesSpan
        guard bytes.word(at: 0) & 0xFF_FFFF_FFFF == Self.method,
            let targetEnd = bytes.endOfTarget(from: 4), targetEnd - 4 <= limits.target,
            bytes.word(at: targetEnd + 1) == Self.version, bytes.isLineEnd(at: targetEnd + 9)
        else { return nil }
        var parts = Parts()
        var line = targetEnd + 11
        var fields = 0
        while !bytes.isLineEnd(at: line) {
            fields += 1
            guard let field = FastPathField(bytes, at: line), field.end - line <= limits.field,
                parts.accept(field, bytes)
            else { return nil }
            line = field.end + 2
        }
        length = line + 2
        guard parts.hasHost, fields <= limits.fields, length <= limits.head,
            let target = WireBytes(input, 4..<targetEnd)
        else { return nil }
        self.target = target
        requestID = parts.requestID.flatMap { WireBytes(input, $0) }
        traceParent = parts.traceParent.flatMap { WireBytes(input, $0) }
    }

    /// `GET /` and `HTTP/1.1`, the first byte lowest.
    private static let method: UInt64 = 0x2F_2054_4547
    private static let version: UInt64 = 0x312E_312F_5054_5448

    /// What has been seen of the head, as ranges of it.
    private struct Parts {
        var hasHost = false
        var requestID: Range<Int>?
        var traceParent: Range<Int>?

        /// False if the field makes the request one that is not plain; one that is kept may be given once.
        mutating func accept(_ field: FastPathField, _ input: RawSpan) -> Bool {
            switch field.meaning {
            case .none: return true
            case .host:
                defer { hasHost = true }
                return !hasHost && input.isHostName(field.value)
            case .connection: return KnownName.keepAlive.matches(input, field.value)
            case .requestID:
                defer { requestID = field.value }
                return requestID == nil
            case .traceParent:
                defer { traceParent = field.value }
                return traceParent == nil
            }
        }
    }
}
