/// Why something that arrived is not a request that can be answered.
package enum Refusal: Error, Equatable, CaseIterable {
    /// The bytes are not HTTP/1.1 as RFC 9112 has it, or frame a body in a way that two parsers may read differently.
    case malformed
    /// An absolute-form, authority-form or asterisk-form target, a dot segment, or a byte that a target may not have.
    case badTarget
    case targetTooLong
    case headTooLarge
    case bodyTooLarge
    /// A body on a method that takes none.
    case unexpectedBody
    /// CONNECT, TRACE, or a method that RFC 9110 does not know.
    case methodNotAllowed
    /// `Expect` with anything but `100-continue`.
    case expectationFailed
    /// `Transfer-Encoding` other than exactly `chunked`.
    case unknownTransferCoding
    case versionNotSupported
    /// The head or the body did not arrive in time.
    case tooSlow
    /// More connections than the limits allow.
    case overloaded
    case draining
}
