package import NIOCore

/// A whole, plain GET at the start of what has arrived: one that may be answered from its target alone.
///
/// A pure function of the bytes, and a narrow one: it takes only what it wholly understands. The head is there to
/// its end; it has one `Host` that is a name, and no field but those of `HotField`, none of which frames, routes,
/// conditions or authorises a request. So there is no body, the connection stays open, and the next request begins
/// where this one ends. Whatever it takes `RequestFraming` takes too, and reads the same in it; whatever it does
/// not take is left untouched.
///
/// Limits are the ones of the long way. Nothing is allocated: the parts are views of what came.
package struct HotRequest: Sendable {
    /// In origin-form, as it was spelt.
    package let target: WireBytes
    package private(set) var requestID: WireBytes?
    package private(set) var traceParent: WireBytes?
    /// From the first byte of the request line through the empty line.
    package private(set) var length = 0
    private var hasHost = false

    package init?(_ input: ByteBuffer, limits: ServerLimits) {
        let start = input.readerIndex
        guard input.word(at: start) & 0xFF_FFFF_FFFF == Self.method,
            let targetEnd = input.endOfTarget(from: start + 4), targetEnd - start - 4 <= limits.target,
            let target = input.getSlice(at: start + 4, length: targetEnd - start - 4),
            input.word(at: targetEnd + 1) == Self.version, input.isLineEnd(at: targetEnd + 9)
        else { return nil }
        self.target = WireBytes(target)
        var line = targetEnd + 11
        var fields = 0
        while !input.isLineEnd(at: line) {
            fields += 1
            guard let field = HotField(input, at: line), field.end - line <= limits.field, note(field, input)
            else { return nil }
            line = field.end + 2
        }
        length = line + 2 - start
        guard hasHost, fields <= limits.fields, length <= limits.head else { return nil }
    }

    /// `GET /` and `HTTP/1.1`, the first byte lowest.
    private static let method: UInt64 = 0x2F_2054_4547
    private static let version: UInt64 = 0x312E_312F_5054_5448

    /// False if the field makes the request one that is not plain.
    private mutating func note(_ field: HotField, _ input: ByteBuffer) -> Bool {
        switch field.meaning {
        case .none: return true
        case .host:
            defer { hasHost = true }
            return !hasHost && input.isHostName(field.value)
        case .connection: return KnownName.keepAlive.matches(input, field.value)
        case .requestID: return Self.keep(field.value, of: input, in: &requestID)
        case .traceParent: return Self.keep(field.value, of: input, in: &traceParent)
        }
    }

    /// Keeps the value of a field that may be given once.
    private static func keep(_ value: Range<Int>, of input: ByteBuffer, in part: inout WireBytes?) -> Bool {
        guard part == nil, let slice = input.getSlice(at: value.lowerBound, length: value.count) else {
            return false
        }
        part = WireBytes(slice)
        return true
    }
}
