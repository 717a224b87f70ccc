/// The reason why bytes are not the expected JSON, and the offset of the first wrong byte.
package struct JSONError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case unexpectedEnd
        case unexpectedByte
        case trailingBytes
        case invalidUTF8
        case controlCharacter
        case invalidEscape
        /// A half of a UTF-16 surrogate pair, which no UTF-8 text can hold.
        case loneSurrogate
        case tooDeep
        case tooManyMembers
        case numberTooLong
        case tooLong
        case duplicateMember
        case wrongType(expected: JSONKind, found: JSONKind)
        /// A number in place of a count that has a fraction or an exponent, or exceeds 64 bits.
        case notAnInteger
        case negativeCount
        case unknownMember(String)
        case missingMember(String)
    }

    package let reason: Reason
    /// The index of the first wrong byte, from 0.
    package let offset: Int
}

/// The six kinds of JSON values.
package enum JSONKind: String, Sendable {
    case object = "an object"
    case array = "an array"
    case string = "a string"
    case number = "a number"
    case boolean = "a boolean"
    case null = "null"
}

extension JSONError: CustomStringConvertible {
    /// A lower-case clause for a message.
    ///
    /// It contains no byte of the input except for a truncated member name.
    package var description: String {
        switch reason {
        case .unexpectedEnd: "it ends too early"
        case .unexpectedByte: "unexpected character at byte \(offset)"
        case .trailingBytes: "something follows the value at byte \(offset)"
        case .invalidUTF8: "invalid UTF-8 at byte \(offset)"
        case .controlCharacter: "unescaped control character at byte \(offset)"
        case .invalidEscape: "invalid escape at byte \(offset)"
        case .loneSurrogate: "lone surrogate at byte \(offset)"
        case .tooDeep: "nested deeper than \(JSONReader.maximumDepth) at byte \(offset)"
        case .tooManyMembers:
            "more than \(JSONReader.maximumMembers) members in one object at byte \(offset)"
        case .numberTooLong: "number of more than \(JSONReader.maximumNumberLength) bytes at byte \(offset)"
        case .tooLong: "it is longer than 4 GiB"
        case .duplicateMember: "duplicate member at byte \(offset)"
        case .wrongType(let expected, let found):
            "expected \(expected.rawValue) at byte \(offset), found \(found.rawValue)"
        case .notAnInteger: "expected a whole number of at most 64 bits at byte \(offset)"
        case .negativeCount: "a count below zero at byte \(offset)"
        case .unknownMember(let name): "unknown member '\(Quotation.cut(name))' at byte \(offset)"
        case .missingMember(let name): "no member '\(name)'"
        }
    }
}
