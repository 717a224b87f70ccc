/// How the path of a request becomes the path that is signed.
package enum PathForm: Sendable {
    /// Signed as it is sent, each segment encoded once more: what Cognito Sync expects of a path that is sent
    /// without dot segments, and what the gateway sends always.
    case asSent
    /// Dot segments resolved and slashes merged first (RFC 3986 §5.2.4), as most SDKs do by default.
    ///
    /// Then the signed path may be another than the sent one, so the gateway never uses it; the published test
    /// suites do.
    case normalized
}

/// The path line of a canonical request.
enum CanonicalPath {
    /// Appends the line for what stands before the `?` on the wire.
    static func append(_ path: Span<UInt8>, form: PathForm, to output: inout [UInt8]) {
        let start = output.count
        switch form {
        case .asSent: URIEncoding.appendPath(path, to: &output)
        case .normalized: URIEncoding.appendPath(normalized(path).span, to: &output)
        }
        if output.count == start { output.append(UInt8(ascii: "/")) }
    }

    private static func normalized(_ span: Span<UInt8>) -> [UInt8] {
        let dot = UInt8(ascii: ".")
        let slash = UInt8(ascii: "/")
        let path = span.indices.map { span[$0] }
        var kept: [ArraySlice<UInt8>] = []
        for segment in path.split(separator: slash) {
            if segment.elementsEqual([dot, dot]) {
                _ = kept.popLast()
            } else if !segment.elementsEqual([dot]) {
                kept.append(segment)
            }
        }
        var output: [UInt8] = []
        for segment in kept {
            output.append(slash)
            output.append(contentsOf: segment)
        }
        if path.last == slash || output.isEmpty { output.append(slash) }
        return output
    }
}
