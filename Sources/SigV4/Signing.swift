import HTTPTypes
import Messages

/// The part of a signature that needs no key.
struct Signing {
    let scope: CredentialScope
    let canonicalRequest: CanonicalRequest
    let stringToSign: StringToSign

    init(_ request: WireRequest, scope: CredentialScope, time: SigningTime, path: PathForm) {
        self.scope = scope
        canonicalRequest = CanonicalRequest(
            request.method.rawValue,
            request.target,
            headers: CanonicalHeaders(signing: request.fields),
            body: request.body,
            path: path
        )
        stringToSign = StringToSign(canonicalRequest, time: time, scope: scope)
    }

    /// Appends the value of the Authorization field up to the digits of the signature.
    func appendAuthorization(accessKeyID: String, to output: inout [UInt8]) {
        output.append(contentsOf: StringToSign.algorithm.utf8)
        output.append(contentsOf: " Credential=".utf8)
        output.append(contentsOf: accessKeyID.utf8)
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: stringToSign.bytes[stringToSign.scope])
        output.append(contentsOf: ", SignedHeaders=".utf8)
        output.append(contentsOf: canonicalRequest.bytes[canonicalRequest.signedHeaders])
        output.append(contentsOf: ", Signature=".utf8)
    }
}
