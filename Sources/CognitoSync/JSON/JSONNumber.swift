import Messages

/// The position of a number that passed the scan; its text stays as received.
package struct JSONNumber: Hashable, Sendable {
    package let range: Range<Int>
    /// Whether the number has neither a fraction nor an exponent.
    package let isInteger: Bool

    package func text(in bytes: [UInt8]) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Returns the value of a whole number, or nil beyond 64 bits.
    fileprivate func integer(in bytes: [UInt8]) -> Int64? {
        if let value = DecimalDigits.value(bytes.span.extracting(range)) { return value }
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        var value: Int64 = 0
        for index in (range.lowerBound + (isNegative ? 1 : 0))..<range.upperBound {
            let digit = Int64(bytes[index] & 0x0F)
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) =
                isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            if isTooLarge || overflows { return nil }
            value = sum
        }
        return value
    }
}

extension JSONReader {
    /// Reads a number of any form.
    ///
    /// The value is not computed, so no number is too large.
    package mutating func number() throws(JSONError) -> JSONNumber {
        if !comesNumber() { try require(.number) }
        let number = try nextNumber()
        advance(to: number.range.upperBound)
        return number
    }

    /// Returns the number that begins here.
    private func nextNumber() throws(JSONError) -> JSONNumber {
        let text = bytes.span.extracting(position..<end)
        let integral = text[0] == UInt8(ascii: "-") ? 1 : 0
        let integer = text.endOfDigits(from: integral)
        if integer == integral { throw unexpected(at: integer) }
        if integer - integral > 1, text[integral] == UInt8(ascii: "0") { throw unexpected(at: integral + 1) }
        var index = integer
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index = text.endOfDigits(from: integer + 1)
            if index == integer + 1 { throw unexpected(at: index) }
        }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            var digits = index + 1
            if digits < text.count, text[digits] == UInt8(ascii: "+") || text[digits] == UInt8(ascii: "-") {
                digits += 1
            }
            index = text.endOfDigits(from: digits)
            if index == digits { throw unexpected(at: index) }
        }
        guard index <= Self.maximumNumberLength else { throw error(.numberTooLong) }
        return JSONNumber(range: position..<position + index, isInteger: index == integer)
    }

    /// Reads a whole number within 64 bits, written without fraction and exponent.
    package mutating func integer() throws(JSONError) -> Int64 {
        if let (value, count) = shortInteger() {
            advance(to: position + count)
            return value
        }
        let number = try number()
        guard number.isInteger, let value = number.integer(in: bytes) else {
            throw JSONError(reason: .notAnInteger, offset: number.range.lowerBound)
        }
        return value
    }

    /// Returns a whole number of at most 18 digits without a sign, with their number; nearly all counts are such.
    ///
    /// - Returns: Nil for any other value, and for white space.
    @inline(__always)
    private func shortInteger() -> (value: Int64, count: Int)? {
        let text = bytes.span.extracting(min(position, end)..<end)
        var (value, count): (Int64, Int) = (0, 0)
        while count < min(text.count, 18), text[count].isDigit {
            value = value &* 10 &+ Int64(text[count] & 0x0F)
            count &+= 1
        }
        guard count > 0, count < text.count, count == 1 || text[0] != UInt8(ascii: "0") else { return nil }
        // The byte after the digits has to end the number.
        switch text[count] {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): return (value, count)
        default: return nil
        }
    }

    /// - Parameter index: Counted from the beginning of the number.
    private func unexpected(at index: Int) -> JSONError {
        let offset = position + index
        return JSONError(reason: byte(at: offset) == nil ? .unexpectedEnd : .unexpectedByte, offset: offset)
    }
}

extension Span<UInt8> {
    /// Returns the index of the first byte from `start` on that is no digit.
    ///
    /// Short runs are looked at byte by byte, long ones by words.
    @inline(__always)
    fileprivate func endOfDigits(from start: Int) -> Int {
        var index = start
        while index < count, self[index].isDigit {
            index &+= 1
            if index &- start == 3 { return endOfManyDigits(from: index) }
        }
        return index
    }

    private func endOfManyDigits(from start: Int) -> Int {
        var index = start
        while count &- index >= 8 {
            let others = Self.others(unsafe bytes.word(at: index))
            if others != 0 { return index &+ others.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < count, self[index].isDigit { index &+= 1 }
        return index
    }

    /// Returns zero if all eight bytes are digits; else the lowest set bit is in the first byte that is none.
    ///
    /// A digit has 3 as its high half, also with 6 added. Below the first other byte, no addition carries.
    @inline(__always)
    private static func others(_ word: UInt64) -> UInt64 {
        let threes: UInt64 = 0x3030_3030_3030_3030
        return ((word ^ threes) | ((word &+ 0x0606_0606_0606_0606) ^ threes)) & 0xF0F0_F0F0_F0F0_F0F0
    }
}
