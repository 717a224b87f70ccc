import Foundation
import Messages

/// Runs the checks on fuzzed bytes, called by libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzJSONReader(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(unsafe FuzzInput(start, count).rest)
    JSONReaderFuzz.checkSpelling(of: bytes)
    JSONReaderFuzz.checkVerdict(on: bytes)
    return 0
}

/// The properties under test: a value has the same content in its plainest spelling, and Foundation accepts the same.
private enum JSONReaderFuzz {
    /// A value with its content; the members of an object in their order.
    private indirect enum Tree: Equatable {
        case object([[UInt8]], [Tree])
        case array([Tree])
        case string([UInt8])
        case other([UInt8])
    }

    static func checkSpelling(of bytes: [UInt8]) {
        guard let value = read(bytes) else { return }
        var plain: [UInt8] = []
        write(value, to: &plain)
        Finding.unless(read(plain) == value, "another spelling is another value", bytes)
        if case .other = value { return }
        let ended = bytes.dropLast(bytes.reversed().prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }.count)
        Finding.unless(read(Array(ended.dropLast())) == nil, "a cut value is accepted", bytes)
    }

    /// Compares with another parser, where both read the same grammar.
    ///
    /// Foundation computes numbers, so those with many digits or an exponent are not compared. It guesses the encoding
    /// by a byte order mark and by NUL bytes.
    static func checkVerdict(on bytes: [UInt8]) {
        guard !bytes.contains(0), !bytes.starts(with: [0xEF]), !hasLargeNumber(bytes) else { return }
        let isAccepted =
            (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
        var reader = JSONReader(bytes)
        do throws(JSONError) {
            try reader.skip()
            try reader.finish()
            Finding.unless(isAccepted, "Foundation does not accept it", bytes)
        } catch {
            switch error.reason {
            case .tooDeep, .numberTooLong, .duplicateMember, .loneSurrogate: return
            // Foundation accepts a comma before the end.
            case .unexpectedByte where bytes[error.offset] | 0x20 == UInt8(ascii: "}"): return
            default: Finding.unless(!isAccepted, "\(error), but Foundation accepts it", bytes)
            }
        }
    }

    private static func hasLargeNumber(_ bytes: [UInt8]) -> Bool {
        var digits = 0
        var previous: UInt8 = 0
        for byte in bytes {
            let isDigit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            digits = isDigit ? digits + 1 : 0
            if digits > 15
                || byte | 0x20 == UInt8(ascii: "e") && UInt8(ascii: "0")...UInt8(ascii: "9") ~= previous
            {
                return true
            }
            previous = byte
        }
        return false
    }

    private static func read(_ bytes: [UInt8]) -> Tree? {
        var reader = JSONReader(bytes)
        guard let value = try? tree(&reader), (try? reader.finish()) != nil else { return nil }
        return value
    }

    private static func tree(_ reader: inout JSONReader) throws(JSONError) -> Tree {
        switch try reader.kind() {
        case .object:
            var (names, values): ([[UInt8]], [Tree]) = ([], [])
            try reader.object { (reader, name) throws(JSONError) in
                names.append(content(of: name, in: reader.bytes))
                values.append(try tree(&reader))
            }
            Finding.unless(Set(names).count == names.count, "a member twice", reader.bytes)
            return .object(names, values)
        case .array:
            var values: [Tree] = []
            try reader.array { (reader, index) throws(JSONError) in
                Finding.unless(index == values.count, "a wrong index", reader.bytes)
                values.append(try tree(&reader))
            }
            return .array(values)
        case .string: return .string(content(of: try reader.string(), in: reader.bytes))
        case .number, .boolean, .null: return .other(Array(reader.bytes[try reader.skip()]))
        }
    }

    private static func content(of string: JSONString, in bytes: [UInt8]) -> [UInt8] {
        let content = Array(string.unescaped(in: bytes))
        let text = string.text(in: bytes)
        Finding.unless(Array(text.utf8) == content, "a text that is not UTF-8", bytes)
        Finding.unless(text.unicodeScalars.count == string.scalars, "a wrong length", bytes)
        Finding.unless(string.equals(text, in: bytes), "a text that does not equal itself", bytes)
        return content
    }

    private static func write(_ value: Tree, to bytes: inout [UInt8]) {
        switch value {
        case .object(let names, let values):
            bytes.append(UInt8(ascii: "{"))
            for (name, value) in zip(names, values) {
                if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
                bytes.append(jsonString: String(decoding: name, as: UTF8.self))
                bytes.append(UInt8(ascii: ":"))
                write(value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .string(let content): bytes.append(jsonString: String(decoding: content, as: UTF8.self))
        case .other(let text): bytes.append(contentsOf: text)
        }
    }
}
