import HTTPTypes
import Messages

/// The field names of responses: the frequent ones are found by their bytes.
///
/// Creating an `HTTPField.Name` takes two strings and a check of each byte.
enum FieldNames {
    /// The frequent names, at the index of their lengths, which all differ.
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

    /// Returns the name with these bytes; nil if they are not a token.
    static func name(_ bytes: Span<UInt8>) -> HTTPField.Name? {
        if bytes.count < known.count, let name = known[bytes.count], name.rawName.utf8.span.equals(bytes) {
            return name
        }
        return HTTPField.Name(bytes.text)
    }
}
