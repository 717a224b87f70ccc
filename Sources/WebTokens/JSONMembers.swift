import CognitoSync

/// The members of a JSON object with what headers, claims and keys consist of: texts, lists of texts and numbers.
///
/// It is filled by the strict reader, so that no name comes twice.
struct JSONMembers {
    private enum Value {
        case text(JSONString)
        case texts([JSONString])
        case number(JSONNumber)
        case other
    }

    /// A member of the expected name has another kind of value.
    struct UnfitMember: Error {}

    private let bytes: [UInt8]
    private var members: [(name: JSONString, value: Value)] = []

    /// Reads a whole text.
    init(_ bytes: [UInt8], from sender: JSONReader.Sender = .caller) throws(JSONError) {
        var reader = JSONReader(bytes, from: sender)
        try self.init(&reader)
        try reader.finish()
    }

    /// Reads the next object of a reader.
    init(_ reader: inout JSONReader) throws(JSONError) {
        bytes = reader.bytes
        var members: [(name: JSONString, value: Value)] = []
        try reader.object { (reader, name) throws(JSONError) in
            members.append((name, try Self.value(&reader)))
        }
        self.members = members
    }

    func contains(_ name: String) -> Bool { value(name) != nil }

    /// Returns the text of a member; nil if there is none.
    func text(_ name: String) throws(UnfitMember) -> String? {
        switch value(name) {
        case nil: return nil
        case .text(let text): return text.text(in: bytes)
        case .texts, .number, .other: throw UnfitMember()
        }
    }

    /// Returns the texts of a member that is a text or a list of texts; nil if there is none.
    func texts(_ name: String) throws(UnfitMember) -> [String]? {
        switch value(name) {
        case nil: return nil
        case .text(let text): return [text.text(in: bytes)]
        case .texts(let texts): return texts.map { $0.text(in: bytes) }
        case .number, .other: throw UnfitMember()
        }
    }

    /// Returns the seconds since 1970 of a member, rounded down; nil if there is none.
    ///
    /// A time may have a fraction (RFC 7519 section 2). It is zero or later, and within the years that have four
    /// digits.
    func seconds(_ name: String) throws(UnfitMember) -> Int64? {
        switch value(name) {
        case nil: return nil
        case .number(let number):
            guard let time = Double(number.text(in: bytes)), (0...253_402_300_799).contains(time) else {
                throw UnfitMember()
            }
            return Int64(time)
        case .text, .texts, .other: throw UnfitMember()
        }
    }

    private func value(_ name: String) -> Value? {
        members.first { $0.name.equals(name, in: bytes) }?.value
    }

    private static func value(_ reader: inout JSONReader) throws(JSONError) -> Value {
        switch try reader.kind() {
        case .string: return .text(try reader.string())
        case .number: return .number(try reader.number())
        case .object, .boolean, .null:
            try reader.skip()
            return .other
        case .array:
            var texts: [JSONString]? = []
            try reader.array { (reader, _) throws(JSONError) in
                if try reader.kind() == .string {
                    texts?.append(try reader.string())
                } else {
                    texts = nil
                    try reader.skip()
                }
            }
            return texts.map { .texts($0) } ?? .other
        }
    }
}
