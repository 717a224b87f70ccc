import HTTPTypes
import Messages

/// The names in an answer's head: those that nearly every answer has are known by their bytes.
///
/// To make a name anew takes two strings and a check of each byte.
enum FieldNames {
    /// By their lengths, which all differ.
    private static let known: [HTTPField.Name?] = {
        let names: [HTTPField.Name] = [
            .contentType, .contentLength, .date, .connection, .cacheControl, .server,
            HTTPField.Name("x-amzn-RequestId"),
        ]
        .compactMap(\.self)
        let longest = names.map(\.rawName.utf8.count).max() ?? 0
        var known = [HTTPField.Name?](repeating: nil, count: longest + 1)
        for name in names { known[name.rawName.utf8.count] = name }
        return known
    }()

    /// Nil for what is no token.
    static func name(_ bytes: Span<UInt8>) -> HTTPField.Name? {
        if bytes.count < known.count, let name = known[bytes.count], name.rawName.utf8.span.equals(bytes) {
            return name
        }
        return HTTPField.Name(bytes.text)
    }
}
