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
        let start = position
        var index = start
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let integral = index
        try digits(&index)
        if index - integral > 1, bytes[integral] == UInt8(ascii: "0") { throw unexpected(at: integral + 1) }
        let integer = index
        if let next = byte(at: index), next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") {
            try fractionAndExponent(&index)
        }
        guard index - start <= Self.maximumNumberLength else { throw error(.numberTooLong) }
        advance(to: index)
        return JSONNumber(range: start..<index, isInteger: index == integer)
    }

    private func fractionAndExponent(_ index: inout Int) throws(JSONError) {
        if byte(at: index) == UInt8(ascii: ".") {
            index += 1
            try digits(&index)
        }
        if let letter = byte(at: index), letter | 0x20 == UInt8(ascii: "e") {
            index += 1
            if let sign = byte(at: index), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                index += 1
            }
            try digits(&index)
        }
    }

    /// Reads a whole number within 64 bits, written without fraction and exponent.
    package mutating func integer() throws(JSONError) -> Int64 {
        let number = try number()
        guard number.isInteger, let value = number.integer(in: bytes) else {
            throw JSONError(reason: .notAnInteger, offset: number.range.lowerBound)
        }
        return value
    }

    @inline(__always)
    private func digits(_ index: inout Int) throws(JSONError) {
        let start = index
        index = bytes.span.endOfDigits(from: start, to: end)
        if index == start { throw unexpected(at: index) }
    }

    private func unexpected(at index: Int) -> JSONError {
        JSONError(reason: byte(at: index) == nil ? .unexpectedEnd : .unexpectedByte, offset: index)
    }
}

extension Span<UInt8> {
    /// Returns the index of the first byte from `start` on that is no digit, at most `end`.
    @inline(__always)
    fileprivate func endOfDigits(from start: Int, to end: Int) -> Int {
        let text = extracting(min(start, end)..<end)
        var count = 0
        while count < text.count, text[count].isDigit { count += 1 }
        return start + count
    }
}
