package import Messages
import NIOCore

/// Bytes as they were received, or to compare with such bytes: a view without a copy.
///
/// A view keeps the whole buffer in memory that it is a part of. Code that stores one across requests makes
/// it from text instead.
package struct WireBytes: Equatable, Sendable {
    let buffer: ByteBuffer

    init(_ buffer: ByteBuffer) { self.buffer = buffer }

    /// Makes a view of a part of a buffer; nil for a range beyond its end.
    ///
    /// - Parameter range: The part, relative to the reader index.
    init?(_ input: ByteBuffer, _ range: Range<Int>) {
        guard let part = input.getSlice(at: input.readerIndex + range.lowerBound, length: range.count) else {
            return nil
        }
        buffer = part
    }

    package init(_ text: String) { buffer = ByteBuffer(string: text) }

    package var count: Int { buffer.readableBytes }

    /// Returns a copy, which keeps no other bytes in memory.
    package var copy: Self { Self(ByteBuffer(bytes: buffer.readableBytesView)) }

    package var bytes: [UInt8] { Array(buffer.readableBytesView) }

    package var text: String { String(buffer: buffer) }

    /// A hash of these bytes that no caller can predict; see `RawSpan.fingerprint`.
    package var fingerprint: UInt64 { buffer.readableBytesSpan.fingerprint }

    /// Returns true if all bytes are in the set.
    package func consists(of set: ByteSet) -> Bool {
        set.containsAll(buffer.readableBytesUInt8Span)
    }
}
