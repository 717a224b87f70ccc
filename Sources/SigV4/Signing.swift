import Cryptography
import HTTPTypes
import Messages

/// The part of a signature that needs no key.
struct Signing {
    let scope: CredentialScope
    let canonicalRequest: CanonicalRequest
    let stringToSign: StringToSign

    /// The digest of no bytes, which a request without a body signs.
    private static let emptyPayloadHash = Hexadecimal.digits(Digest.sha256([]))

    init(_ request: Request, scope: CredentialScope, time: SigningTime, path: PathForm) {
        self.scope = scope
        canonicalRequest = CanonicalRequest(
            request.head,
            headers: CanonicalHeaders(signing: request.head),
            payloadHash: request.body.isEmpty
                ? Self.emptyPayloadHash : Hexadecimal.digits(Digest.sha256(request.body)),
            path: path
        )
        stringToSign = StringToSign(canonicalRequest, time: time, scope: scope)
    }

    /// Returns the value of the Authorization field.
    func authorization(accessKeyID: String, signature: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        output.append(contentsOf: StringToSign.algorithm.utf8)
        output.append(contentsOf: " Credential=".utf8)
        output.append(contentsOf: accessKeyID.utf8)
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: stringToSign.bytes[stringToSign.scope])
        output.append(contentsOf: ", SignedHeaders=".utf8)
        output.append(contentsOf: canonicalRequest.bytes[canonicalRequest.signedHeaders])
        output.append(contentsOf: ", Signature=".utf8)
        Hexadecimal.append(signature, to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
