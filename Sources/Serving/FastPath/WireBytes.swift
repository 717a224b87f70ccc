package import Messages
import NIOCore

/// Bytes as they came, or to be compared with such: a view without a copy.
///
/// It keeps what it is a part of in memory, so whoever keeps one across requests makes it of text.
package struct WireBytes: Equatable, Sendable {
    let buffer: ByteBuffer

    init(_ buffer: ByteBuffer) { self.buffer = buffer }

    /// A part of what can be read, by its place in that.
    init?(_ input: ByteBuffer, _ range: Range<Int>) {
        guard let part = input.getSlice(at: input.readerIndex + range.lowerBound, length: range.count) else {
            return nil
        }
        buffer = part
    }

    package init(_ text: String) { buffer = ByteBuffer(string: text) }

    package var count: Int { buffer.readableBytes }

    package var text: String { String(buffer: buffer) }

    /// A number that tells these bytes from others; see `RawSpan.fingerprint`.
    package var fingerprint: UInt64 { buffer.readableBytesSpan.fingerprint }

    package func consists(of set: ByteSet) -> Bool {
        set.containsAll(buffer.readableBytesUInt8Span)
    }
}
