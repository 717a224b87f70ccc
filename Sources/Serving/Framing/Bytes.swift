/// The byte classes of RFC 9110 and 9112, over ASCII alone.
extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")

    /// A byte of a method or a field name (RFC 9110 section 5.6.2).
    var isTokenByte: Bool {
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

    /// What has no place in a field line: NUL, all controls but the tab, and DEL.
    var isForbiddenControl: Bool { (self < .space && self != .tab) || self == 0x7F }

    var isVisible: Bool { (0x21...0x7E).contains(self) }

    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// The value of a hexadecimal digit.
    var hexValue: Int? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}

extension ArraySlice<UInt8> {
    /// Without the spaces and tabs around it.
    var trimmed: Self {
        let blank = { (byte: UInt8) in byte == .space || byte == .tab }
        let front = drop(while: blank)
        guard let last = front.lastIndex(where: { !blank($0) }) else { return front[front.endIndex...] }
        return front[...last]
    }

    /// Whether these bytes are `text`, the case of ASCII letters aside; `text` is lower case.
    func isCaseInsensitively(_ text: StaticString) -> Bool {
        let text = text.description.utf8
        return count == text.count
            && zip(self, text).allSatisfy { byte, expected in
                byte == expected || (byte | 0x20 == expected && (0x61...0x7A).contains(expected))
            }
    }
}
