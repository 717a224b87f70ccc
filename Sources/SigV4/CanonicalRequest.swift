import HTTPTypes

/// The first step of SigV4: the request in the one spelling that both sides hash.
///
/// Method, path, query, signed header fields, their names, and the body's digest, a line each ("Create a
/// canonical request" in AWS's "Create a signed AWS API request").
struct CanonicalRequest {
    let bytes: [UInt8]
    /// Where `host;x-amz-date` stands in `bytes`: the Authorization field repeats it.
    let signedHeaders: Range<Int>

    /// Writes the request out; `payloadHash` is the SHA-256 of its body, 32 bytes.
    init(_ head: HTTPRequest, headers: CanonicalHeaders, payloadHash: [UInt8], path form: PathForm) {
        let target = Array((head.path ?? "/").utf8)
        let question = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        var output: [UInt8] = []
        output.reserveCapacity(512 + 2 * target.count)
        output.append(contentsOf: head.method.rawValue.utf8)
        output.append(UInt8(ascii: "\n"))
        CanonicalPath.append(target[..<question], form: form, to: &output)
        output.append(UInt8(ascii: "\n"))
        CanonicalQuery.append(target[question...].dropFirst(), to: &output)
        output.append(UInt8(ascii: "\n"))
        headers.appendLines(to: &output)
        output.append(UInt8(ascii: "\n"))
        let start = output.count
        headers.appendNames(to: &output)
        signedHeaders = start..<output.count
        output.append(UInt8(ascii: "\n"))
        Hexadecimal.append(payloadHash, to: &output)
        bytes = output
    }
}
