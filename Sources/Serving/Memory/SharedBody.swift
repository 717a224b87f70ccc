import NIOCore

/// The body of a response that many connections send from one memory.
///
/// A connection holds a reference to it, not a copy. So callers that read slowly cost no memory for it. TLS
/// is the exception: it encrypts, so each connection holds bytes of its own.
///
/// It is a reference, so that responses without one cost nothing for it.
package final class SharedBody: Sendable {
    let buffer: ByteBuffer

    /// The size from which a body is shared, in bytes.
    ///
    /// A smaller body is copied behind its head, which is cheaper than a second buffer in the write.
    package static let least = 16 << 10

    package init(_ bytes: [UInt8]) { buffer = ByteBuffer(bytes: bytes) }

    package var count: Int { buffer.readableBytes }

    /// A copy of the bytes.
    package var bytes: [UInt8] { Array(buffer.readableBytesView) }
}
