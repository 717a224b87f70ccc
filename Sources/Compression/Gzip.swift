internal import CZlib

/// The gzip format of compressed bytes (RFC 1952).
package enum Gzip {
    /// Returns the bytes that one gzip member holds; nil for anything else, and for more than `limit` bytes.
    ///
    /// `limit` bounds the memory: a small member may hold a thousand times its size.
    package static func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        var length = -1
        let output = unsafe [UInt8](unsafeUninitializedCapacity: max(0, limit)) { buffer, count in
            let written = unsafe bytes.withUnsafeBufferPointer { input in
                unsafe syncgate_gunzip(input.baseAddress, input.count, buffer.baseAddress, buffer.count)
            }
            length = written
            count = max(0, written)
        }
        return length < 0 ? nil : output
    }
}
