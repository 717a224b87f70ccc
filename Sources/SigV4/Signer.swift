import Cryptography
import HTTPTypes
package import Messages
import Synchronization

/// A signer of requests to one service in one region, by AWS Signature Version 4 in the Authorization field.
///
/// The steps are pure functions, each in its own file: ``CanonicalRequest``, ``StringToSign``,
/// ``SigningKey``. Two things remain between requests: the derived keys (``SigningKeyring``), under a lock
/// for the time of one HMAC, and the session token as a value (``TokenField``).
package final class Signer: Sendable {
    package let region: String
    package let service: String
    private let path: PathForm
    private let keyring = Mutex(SigningKeyring())
    private let token = Mutex(TokenField())

    package init(region: String, service: String, path: PathForm = .asSent) {
        self.region = region
        self.service = service
        self.path = path
    }

    /// The number of signing keys that were derived, and the number of those that are cached.
    package var keyStatistics: (derivations: Int, cached: Int) {
        keyring.withLock { ($0.derivations, $0.count) }
    }

    /// Signs the request with the credentials, and appends its time, its token and its signature.
    ///
    /// The request has its host and no such fields yet. All its fields are signed as they are, so neither they nor
    /// the body may change afterwards. No `x-amz-content-sha256` is sent: the service is not S3.
    package func sign(_ request: inout WireRequest, credentials: Credentials, at time: SigningTime) {
        _ = signing(&request, credentials: credentials, at: time)
    }

    /// Signs a request that is not written yet.
    ///
    /// Sets the authority to `host`, and replaces the fields `x-amz-date`, `x-amz-security-token` (removed if
    /// the credentials have no token) and `authorization`.
    package func sign(
        _ request: inout Request,
        host: String,
        credentials: Credentials,
        at time: SigningTime
    ) {
        var wire = written(request, host: host)
        sign(&wire, credentials: credentials, at: time)
        request.head.authority = host
        request.head.headerFields[.authorization] = nil
        request.head.headerFields[.amzDate] = time.timestamp
        request.head.headerFields[.amzSecurityToken] = tokenValue(of: credentials)
        request.head.headerFields[.authorization] = wire.fields.lines.last.map(wire.fields.text)
    }

    /// Returns the stages of signing the request, without changing it.
    package func trace(
        _ request: Request,
        host: String,
        credentials: Credentials,
        at time: SigningTime
    ) -> SigningTrace {
        var wire = written(request, host: host)
        let signing = signing(&wire, credentials: credentials, at: time)
        let authorization = wire.fields.lines.last.map(wire.fields.text) ?? ""
        return SigningTrace(
            canonicalRequest: String(decoding: signing.canonicalRequest.bytes, as: UTF8.self),
            stringToSign: String(decoding: signing.stringToSign.bytes, as: UTF8.self),
            signature: String(authorization.suffix(2 * Digest.byteCount)),
            authorization: authorization
        )
    }

    private func scope(at time: SigningTime) -> CredentialScope {
        CredentialScope(date: time.date, region: region, service: service)
    }

    /// Returns the bytes of a request, without the fields that a signature brings.
    private func written(_ request: Request, host: String) -> WireRequest {
        WireRequest(request, host: host) { name in
            switch name {
            case "host", "authorization", "x-amz-date", "x-amz-security-token": false
            default: true
            }
        }
    }

    /// Appends the fields of the signature, and returns its stages.
    private func signing(
        _ request: inout WireRequest,
        credentials: Credentials,
        at time: SigningTime
    ) -> Signing {
        request.fields.append(HTTPField.Name.amzDate.rawName, time.timestamp)
        if let value = tokenValue(of: credentials) {
            request.fields.append(HTTPField.Name.amzSecurityToken.rawName, value)
        }
        let signing = Signing(request, scope: scope(at: time), time: time, path: path)
        request.fields.append(HTTPField.Name.authorization.rawName) { output in
            signing.appendAuthorization(accessKeyID: credentials.accessKeyID, to: &output)
            keyring.withLock {
                $0.appendSignature(
                    of: signing.stringToSign,
                    credentials: credentials,
                    scope: signing.scope,
                    to: &output
                )
            }
        }
        return signing
    }

    private func tokenValue(of credentials: Credentials) -> String? {
        credentials.sessionToken.map { secret in token.withLock { $0.value(of: secret) } }
    }
}
