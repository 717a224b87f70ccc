/// The byte classes of RFC 9110 and 9112, over ASCII alone.
///
/// They are inlined into other targets, because parsers ask for each byte of a request.
extension UInt8 {
    @inlinable @inline(__always)
    package static var tab: UInt8 { UInt8(ascii: "\t") }
    @inlinable @inline(__always)
    package static var lineFeed: UInt8 { UInt8(ascii: "\n") }
    @inlinable @inline(__always)
    package static var carriageReturn: UInt8 { UInt8(ascii: "\r") }
    @inlinable @inline(__always)
    package static var space: UInt8 { UInt8(ascii: " ") }

    /// Whether this is a byte of a method or a field name (RFC 9110 section 5.6.2).
    @inlinable @inline(__always)
    package var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Whether a field line may not have this byte: NUL, all controls but the tab, and DEL (RFC 9110 section
    /// 5.5).
    @inlinable @inline(__always)
    package var isForbiddenControl: Bool { (self < .space && self != .tab) || self == 0x7F }

    /// Whether this is a space or a tab.
    @inlinable @inline(__always)
    package var isBlank: Bool { self == .space || self == .tab }

    /// Whether this is visible ASCII: no control, no space, no byte above 0x7E.
    @inlinable @inline(__always)
    package var isVisible: Bool { 0x21...0x7E ~= self }

    /// The letter in lower case; any other byte as it is.
    @inlinable @inline(__always)
    package var lowercased: UInt8 { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self }

    /// Whether this is a decimal digit.
    @inlinable @inline(__always)
    package var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
