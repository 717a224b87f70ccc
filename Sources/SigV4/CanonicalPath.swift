import Messages

/// The form in which the path of a request is signed.
package enum PathForm: Sendable {
    /// The path as it is sent, each segment encoded once more.
    ///
    /// Cognito Sync expects this form of a path without dot segments, which is the only kind that the gateway
    /// sends.
    case asSent
    /// The path with dot segments resolved and slashes merged (RFC 3986 §5.2.4), as most SDKs do by default.
    ///
    /// The signed path may then differ from the sent one, so the gateway never uses this form. The published
    /// test suites do.
    case normalized
}

/// The path line of a canonical request.
enum CanonicalPath {
    /// Appends the line for the part of the target before the `?`.
    static func append(_ path: Span<UInt8>, form: PathForm, to output: inout [UInt8]) {
        let start = output.count
        switch form {
        case .asSent: PercentCoding.append(path: path, to: &output)
        case .normalized: PercentCoding.append(path: normalized(path).span, to: &output)
        }
        if output.count == start { output.append(UInt8(ascii: "/")) }
    }

    private static func normalized(_ span: Span<UInt8>) -> [UInt8] {
        let dot = UInt8(ascii: ".")
        let slash = UInt8(ascii: "/")
        let path = span.indices.map { span[$0] }
        var segments: [ArraySlice<UInt8>] = []
        for segment in path.split(separator: slash) {
            if segment.elementsEqual([dot, dot]) {
                _ = segments.popLast()
            } else if !segment.elementsEqual([dot]) {
                segments.append(segment)
            }
        }
        var output: [UInt8] = []
        for segment in segments {
            output.append(slash)
            output.append(contentsOf: segment)
        }
        if path.last == slash || output.isEmpty { output.append(slash) }
        return output
    }
}
