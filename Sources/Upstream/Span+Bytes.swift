/// Copies out of a span, for which the standard library has no safe call yet.
///
/// Each is bounded by the span itself; nothing of the buffer outlives the call.
extension Span<UInt8> {
    var bytes: [UInt8] { unsafe withUnsafeBufferPointer { unsafe [UInt8]($0) } }

    /// The bytes as text; what is no UTF-8 becomes the replacement character.
    var text: String { unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) } }

    func append(to array: inout [UInt8]) {
        unsafe withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
    }
}
