package import NIOCore

/// Bytes as they came, or to be compared with such: a view without a copy.
///
/// It keeps what it is a part of in memory, so whoever keeps one across requests makes it of text.
package struct WireBytes: Hashable, Sendable {
    @usableFromInline let buffer: ByteBuffer

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

    package func hash(into hasher: inout Hasher) { hasher.combine(buffer.readableBytesSpan.fingerprint) }

    @inlinable package func allSatisfy(_ predicate: (UInt8) -> Bool) -> Bool {
        let bytes = buffer.readableBytesUInt8Span
        for index in bytes.indices where !predicate(bytes[index]) { return false }
        return true
    }
}
