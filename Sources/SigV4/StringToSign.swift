/// The second step of SigV4: algorithm, time, scope and the canonical request's digest, a line each.
struct StringToSign {
    static let algorithm = "AWS4-HMAC-SHA256"

    let bytes: [UInt8]

    init(_ request: CanonicalRequest, time: SigningTime, scope: CredentialScope) {
        var output: [UInt8] = []
        output.reserveCapacity(192)
        output.append(contentsOf: Self.algorithm.utf8)
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: time.timestamp.utf8)
        output.append(UInt8(ascii: "\n"))
        scope.append(to: &output)
        output.append(UInt8(ascii: "\n"))
        Hexadecimal.append(Digest.sha256(request.bytes), to: &output)
        bytes = output
    }
}
