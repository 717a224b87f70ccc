package import NIOCore

/// A whole, plain GET at the start of the received bytes, whose response depends on its target alone.
///
/// It is a pure function of the bytes, and a narrow one: it accepts only requests that it understands wholly.
/// The head is complete and has one `Host`, which is a name. All other fields are those of ``FastPathField``:
/// none of them frames, routes or conditions a request. So there is no body, the connection stays
/// open, and the next request begins at the end of this one. A credential is passed on as it is, unread.
///
/// ``RequestFraming`` accepts each request that this type accepts, and reads the same in it. Bytes that this
/// type does not accept stay untouched. The limits are those of the regular path. Nothing is allocated: the
/// parts are views of the received bytes.
package struct FastPathRequest: Sendable {
    /// The target in `origin-form` (RFC 9112 section 3.2.1), in the spelling of the caller.
    package let target: WireBytes
    /// The hash of the value of `Host`, a name or an IPv4 address, perhaps with a port, in the spelling of the
    /// caller.
    ///
    /// It is that of `String.fingerprint`. A view of the bytes would have to be counted for each hit.
    package let host: UInt64
    package let requestID: WireBytes?
    package let traceParent: WireBytes?
    /// The credential of the caller; nil for a request without one.
    package let credential: CallerCredential?
    /// The value of `X-Forwarded-For`; it means nothing where the hop is not trusted.
    package let forwardedFor: WireBytes?
    /// The number of bytes from the first one of the request line through the empty line.
    package let length: Int

    /// Recognizes the request at the start of `input`; nil for a request that takes the regular path.
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
        guard let hostRange = parts.host, fields <= limits.fields, length <= limits.head,
            let target = WireBytes(input, 4..<targetEnd)
        else { return nil }
        self.target = target
        host = bytes.extracting(hostRange).fingerprint
        requestID = parts.requestID.flatMap { WireBytes(input, $0) }
        traceParent = parts.traceParent.flatMap { WireBytes(input, $0) }
        credential = parts.credential.flatMap { kind, range in
            WireBytes(input, range).map { CallerCredential(kind, $0) }
        }
        forwardedFor = parts.forwardedFor.flatMap { WireBytes(input, $0) }
    }

    /// The bytes `GET /`, the first one lowest.
    private static let method: UInt64 = 0x2F_2054_4547
    /// The bytes `HTTP/1.1`, the first one lowest.
    private static let version: UInt64 = 0x312E_312F_5054_5448

    /// The parts of the head that have been read, as ranges of it.
    private struct Parts {
        var host: Range<Int>?
        var requestID: Range<Int>?
        var traceParent: Range<Int>?
        var credential: (kind: CallerCredential.Kind, range: Range<Int>)?
        var forwardedFor: Range<Int>?

        /// Records a field.
        ///
        /// - Returns: False if the request is not plain with this field: a recorded field may occur once
        ///   only.
        mutating func accept(_ field: FastPathField, _ input: RawSpan) -> Bool {
            switch field.meaning {
            case .none: return true
            case .host:
                defer { host = field.value }
                return host == nil && input.isHostName(field.value)
            case .connection: return KnownName.keepAlive.matches(input, field.value)
            case .requestID:
                defer { requestID = field.value }
                return requestID == nil
            case .traceParent:
                defer { traceParent = field.value }
                return traceParent == nil
            case .authorization:
                defer { credential = (.authorization, field.value) }
                return credential == nil
            case .apiKey:
                defer { credential = (.key, field.value) }
                return credential == nil
            case .forwardedFor:
                defer { forwardedFor = field.value }
                return forwardedFor == nil
            }
        }
    }
}
