import Cryptography

/// The second step of SigV4: the algorithm, the time, the scope and the digest of the canonical request, a
/// line each.
struct StringToSign {
    static let algorithm = "AWS4-HMAC-SHA256"

    let bytes: [UInt8]
    /// The range of the scope in `bytes`.
    ///
    /// The Authorization field repeats it.
    let scope: Range<Int>

    init(_ request: CanonicalRequest, time: SigningTime, scope: CredentialScope) {
        var output: [UInt8] = []
        output.reserveCapacity(192)
        output.append(contentsOf: Self.algorithm.utf8)
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: time.timestamp.utf8)
        output.append(UInt8(ascii: "\n"))
        let start = output.count
        scope.append(to: &output)
        self.scope = start..<output.count
        output.append(UInt8(ascii: "\n"))
        Digest.appendSHA256(of: request.bytes, to: &output)
        bytes = output
    }
}
