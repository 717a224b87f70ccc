import HTTPTypes
package import Messages
import Synchronization

/// A signer of requests to one service in one region, by AWS Signature Version 4 in the Authorization field.
///
/// The steps are pure functions, each in its own file: ``CanonicalRequest``, ``StringToSign``,
/// ``SigningKey``. Two things remain between requests: the derived keys (``SigningKeyring``), under a lock
/// for the time of one HMAC, and the session token as a field (``TokenField``).
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

    /// Signs the request with the credentials.
    ///
    /// Sets the authority to `host`, and replaces the fields `x-amz-date`, `x-amz-security-token` (removed if
    /// the credentials have no token) and `authorization`. All other fields are signed as they are, so
    /// neither the head nor the body may change afterwards. No `x-amz-content-sha256` is sent: the service is
    /// not S3.
    package func sign(
        _ request: inout Request,
        host: String,
        credentials: Credentials,
        at time: SigningTime
    ) {
        stamp(&request.head, host: host, credentials: credentials, at: time)
        let signing = Signing(request, scope: scope(at: time), time: time, path: path)
        let signature = keyring.withLock {
            $0.sign(signing.stringToSign, credentials: credentials, scope: signing.scope)
        }
        let value = signing.authorization(accessKeyID: credentials.accessKeyID, signature: signature)
        request.head.headerFields[.authorization] = value
    }

    /// Returns the stages of signing the request, without changing it.
    package func trace(
        _ request: Request,
        host: String,
        credentials: Credentials,
        at time: SigningTime
    ) -> SigningTrace {
        var request = request
        stamp(&request.head, host: host, credentials: credentials, at: time)
        let signing = Signing(request, scope: scope(at: time), time: time, path: path)
        let signature = keyring.withLock {
            $0.sign(signing.stringToSign, credentials: credentials, scope: signing.scope)
        }
        return SigningTrace(
            canonicalRequest: String(decoding: signing.canonicalRequest.bytes, as: UTF8.self),
            stringToSign: String(decoding: signing.stringToSign.bytes, as: UTF8.self),
            signature: String(decoding: Hexadecimal.digits(signature), as: UTF8.self),
            authorization: signing.authorization(
                accessKeyID: credentials.accessKeyID,
                signature: signature
            )
        )
    }

    private func scope(at time: SigningTime) -> CredentialScope {
        CredentialScope(date: time.date, region: region, service: service)
    }

    private func stamp(
        _ head: inout HTTPRequest,
        host: String,
        credentials: Credentials,
        at time: SigningTime
    ) {
        head.authority = host
        head.headerFields.reserveCapacity(head.headerFields.count + 3)
        head.headerFields[.authorization] = nil
        head.headerFields[.amzDate] = time.timestamp
        if let secret = credentials.sessionToken {
            head.headerFields[fields: .amzSecurityToken] = [token.withLock { $0.field(of: secret) }]
        } else {
            head.headerFields[.amzSecurityToken] = nil
        }
    }
}
