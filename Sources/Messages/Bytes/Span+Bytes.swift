/// Copies of the bytes of a span, for which the standard library has no safe function yet.
///
/// Each copy is bounded by the span. The pointer does not outlive the call.
extension Span<UInt8> {
    package var bytes: [UInt8] { unsafe withUnsafeBufferPointer { unsafe [UInt8]($0) } }

    /// The bytes as text; bytes that are not UTF-8 become the replacement character.
    package var text: String { unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) } }

    package func append(to array: inout [UInt8]) {
        unsafe withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
    }
}
