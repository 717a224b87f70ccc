import HTTPTypes

/// The names in an answer's head: those that nearly every answer has are known by their bytes.
///
/// To make a name anew takes two strings and a check of each byte.
enum FieldNames {
    private static let known: [HTTPField.Name] =
        [
            .contentType, .contentLength, .date, .connection, .cacheControl, .server,
            HTTPField.Name("x-amzn-RequestId"),
        ]
        .compactMap(\.self)

    /// Nil for what is no token.
    static func name(_ bytes: Span<UInt8>) -> HTTPField.Name? {
        for name in known where isSame(name.rawName.utf8.span, bytes) { return name }
        return HTTPField.Name(bytes.text)
    }

    private static func isSame(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }
}
