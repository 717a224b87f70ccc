import Cryptography

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

    /// The digest of no bytes, which a request without a body signs.
    private static let emptyDigest = {
        var digits: [UInt8] = []
        Digest.appendSHA256(of: [], to: &digits)
        return digits
    }()

    init(_ method: String, _ target: [UInt8], headers: CanonicalHeaders, body: [UInt8], path form: PathForm) {
        let question = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        var output: [UInt8] = []
        // Usually less than two kilobytes: the allocator provides and frees such a size quickly.
        output.reserveCapacity(256 + 3 * target.count + headers.byteCount)
        output.append(contentsOf: method.utf8)
        output.append(UInt8(ascii: "\n"))
        CanonicalPath.append(target.span.extracting(..<question), form: form, to: &output)
        output.append(UInt8(ascii: "\n"))
        CanonicalQuery.append(target.span.extracting(min(question + 1, target.count)...), to: &output)
        output.append(UInt8(ascii: "\n"))
        headers.appendLines(to: &output)
        output.append(UInt8(ascii: "\n"))
        let start = output.count
        headers.appendNames(to: &output)
        signedHeaders = start..<output.count
        output.append(UInt8(ascii: "\n"))
        if body.isEmpty {
            output.append(contentsOf: Self.emptyDigest)
        } else {
            Digest.appendSHA256(of: body, to: &output)
        }
        bytes = output
    }
}
