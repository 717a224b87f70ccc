import HTTPTypes

/// The first step of SigV4: the request in the canonical form that both sides hash.
///
/// Its lines are the method, path, query, signed header fields, their names, and the digest of the body
/// ("Create a canonical request" in AWS's "Create a signed AWS API request").
struct CanonicalRequest {
    let bytes: [UInt8]
    /// The range of `host;x-amz-date` in `bytes`.
    ///
    /// The Authorization field repeats it.
    let signedHeaders: Range<Int>

    /// Creates the canonical form of a request.
    ///
    /// - Parameter payloadHash: the SHA-256 digest of the body, in hexadecimal digits.
    init(_ head: HTTPRequest, headers: CanonicalHeaders, payloadHash: [UInt8], path form: PathForm) {
        let text = head.path ?? "/"
        let target = text.utf8.span
        var question = 0
        while question < target.count, target[question] != UInt8(ascii: "?") { question += 1 }
        var output: [UInt8] = []
        // Usually less than a kilobyte: the allocator provides and frees such a size quickly.
        output.reserveCapacity(256 + 3 * target.count + headers.byteCount)
        output.append(contentsOf: head.method.rawValue.utf8)
        output.append(UInt8(ascii: "\n"))
        CanonicalPath.append(target.extracting(..<question), form: form, to: &output)
        output.append(UInt8(ascii: "\n"))
        CanonicalQuery.append(target.extracting(min(question + 1, target.count)...), to: &output)
        output.append(UInt8(ascii: "\n"))
        headers.appendLines(to: &output)
        output.append(UInt8(ascii: "\n"))
        let start = output.count
        headers.appendNames(to: &output)
        signedHeaders = start..<output.count
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: payloadHash)
        bytes = output
    }
}
