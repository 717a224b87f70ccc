@testable import CognitoSync

/// The grammar of RFC 8259 as ``JSONReader`` reads it, one byte at a time and without any haste.
///
/// It is the oracle of the reader, which takes many bytes at a time: both have to give the same verdict, with the same
/// reason and the same offset.
struct SimpleScanner {
    private let bytes: [UInt8]
    private let isCaller: Bool
    private var position = 0
    private var depth = 0

    /// Returns nil if the bytes are one value, else the error.
    static func fault(of bytes: [UInt8], from sender: JSONReader.Sender) -> JSONError? {
        var scanner = Self(bytes: bytes, isCaller: sender == .caller)
        do throws(JSONError) {
            try scanner.value()
            scanner.skipBlanks()
            if scanner.position < bytes.count { throw scanner.error(.trailingBytes) }
            return nil
        } catch {
            return error
        }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason: reason, offset: position)
    }

    private func unexpected() -> JSONError { error(next == nil ? .unexpectedEnd : .unexpectedByte) }

    private mutating func skipBlanks() {
        while let next, [0x20, 0x09, 0x0A, 0x0D].contains(next) { position += 1 }
    }

    private mutating func consume(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(JSONError) {
        skipBlanks()
        switch next.map(Unicode.Scalar.init) {
        case "{": try object()
        case "[": try array()
        case "\"": _ = try string()
        case "-", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9": try number()
        case "t": try word("true")
        case "f": try word("false")
        case "n": try word("null")
        default: throw unexpected()
        }
    }

    private mutating func open() throws(JSONError) {
        guard depth < JSONReader.maximumDepth else { throw error(.tooDeep) }
        depth += 1
        position += 1
    }

    private mutating func object() throws(JSONError) {
        try open()
        var names: [[UInt8]] = []
        if !consume("}") {
            repeat {
                if isCaller, names.count == JSONReader.maximumMembers { throw error(.tooManyMembers) }
                skipBlanks()
                try requireString()
                let start = position
                let name = try string()
                if names.contains(name) { throw JSONError(reason: .duplicateMember, offset: start) }
                names.append(name)
                guard consume(":") else { throw unexpected() }
                try value()
            } while consume(",")
            guard consume("}") else { throw unexpected() }
        }
        depth -= 1
    }

    private func requireString() throws(JSONError) {
        let kind: JSONKind
        switch next.map(Unicode.Scalar.init) {
        case "\"": return
        case "{": kind = .object
        case "[": kind = .array
        case "-", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9": kind = .number
        case "t", "f": kind = .boolean
        case "n": kind = .null
        default: throw unexpected()
        }
        throw error(.wrongType(expected: .string, found: kind))
    }

    private mutating func array() throws(JSONError) {
        try open()
        if !consume("]") {
            repeat { try value() } while consume(",")
            guard consume("]") else { throw unexpected() }
        }
        depth -= 1
    }

    private mutating func word(_ word: String) throws(JSONError) {
        for byte in word.utf8 {
            guard next == byte else { throw unexpected() }
            position += 1
        }
    }

    private mutating func number() throws(JSONError) {
        let start = position
        var index = start
        func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
        func digits() throws(JSONError) {
            let first = index
            while let digit = byte(index), (0x30...0x39).contains(digit) { index += 1 }
            if index == first {
                throw JSONError(reason: byte(index) == nil ? .unexpectedEnd : .unexpectedByte, offset: index)
            }
        }
        if byte(index) == UInt8(ascii: "-") { index += 1 }
        let integral = index
        try digits()
        if index - integral > 1, bytes[integral] == UInt8(ascii: "0") {
            throw JSONError(reason: .unexpectedByte, offset: integral + 1)
        }
        if byte(index) == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if byte(index) == UInt8(ascii: "e") || byte(index) == UInt8(ascii: "E") {
            index += 1
            if byte(index) == UInt8(ascii: "+") || byte(index) == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        guard index - start <= JSONReader.maximumNumberLength else { throw error(.numberTooLong) }
        position = index
    }

    /// Returns the unescaped text; half of a surrogate pair is its three bytes in generalised UTF-8.
    private mutating func string() throws(JSONError) -> [UInt8] {
        position += 1
        var text: [UInt8] = []
        while true {
            guard let byte = next else { throw error(.unexpectedEnd) }
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return text
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw error(.controlCharacter)
            default:
                // The standard library decides what is UTF-8.
                let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
                let sequence = bytes[position..<min(position + length, bytes.count)]
                guard let decoded = String(validating: sequence, as: UTF8.self),
                    decoded.unicodeScalars.count == 1
                else { throw error(.invalidUTF8) }
                text += sequence
                position += length
            }
        }
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard position + 1 < bytes.count else { throw error(.unexpectedEnd) }
        let plain: [Unicode.Scalar: UInt8] = [
            "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 0x08, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09,
        ]
        if let byte = plain[Unicode.Scalar(bytes[position + 1])] {
            position += 2
            return [byte]
        }
        guard bytes[position + 1] == UInt8(ascii: "u"), let unit = unit(at: position + 2) else {
            throw error(.invalidEscape)
        }
        if let scalar = Unicode.Scalar(unit) {
            position += 6
            return Array(String(Character(scalar)).utf8)
        }
        if unit < 0xDC00, bytes.dropFirst(position + 6).starts(with: "\\u".utf8),
            let low = self.unit(at: position + 8), (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        {
            position += 12
            return Array(String(Character(scalar)).utf8)
        }
        if isCaller { throw error(.loneSurrogate) }
        position += 6
        return [0xE0 | UInt8(unit >> 12), 0x80 | UInt8(unit >> 6 & 0x3F), 0x80 | UInt8(unit & 0x3F)]
    }

    private func unit(at start: Int) -> UInt32? {
        let digits = bytes.dropFirst(start).prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 })
        else {
            return nil
        }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
