import CognitoSync

/// A JSON value of a test, with numbers as text.
indirect enum JSONValue: Sendable {
    case string(String)
    case number(String)
    case boolean(Bool)
    case null
    case array([Self])
    case object([(name: String, value: Self)])

    var text: String { String(decoding: bytes, as: UTF8.self) }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .string(let text): bytes.append(jsonString: text)
        case .number(let text): bytes.append(contentsOf: text.utf8)
        case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .null: bytes.append(contentsOf: "null".utf8)
        case .array(let elements):
            bytes.append(contentsOf: "[".utf8)
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(contentsOf: ",".utf8) }
                element.write(to: &bytes)
            }
            bytes.append(contentsOf: "]".utf8)
        case .object(let members):
            bytes.append(contentsOf: "{".utf8)
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(contentsOf: ",".utf8) }
                bytes.append(jsonString: member.name)
                bytes.append(contentsOf: ":".utf8)
                member.value.write(to: &bytes)
            }
            bytes.append(contentsOf: "}".utf8)
        }
    }
}
