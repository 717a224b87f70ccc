import HTTPTypes
package import Messages
import Synchronization

/// Signs requests to one service in one region with AWS Signature Version 4, in the Authorization field.
///
/// The steps are pure functions, each in its own file: `CanonicalRequest`, `StringToSign`, `SigningKey`. What is
/// kept between requests is the derived keys (`SigningKeyring`), under a lock that is held for one HMAC, and the
/// session token as a field (`TokenField`).
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

    /// How often a signing key was derived, and how many are kept.
    package var keyStatistics: (derivations: Int, kept: Int) {
        keyring.withLock { ($0.derivations, $0.count) }
    }

    /// Makes the request one of the credentials' owner.
    ///
    /// Sets the authority to `host`, and the fields `x-amz-date`, `x-amz-security-token` (removed where the
    /// credentials have none) and `authorization`, whatever was there before. All other fields are signed as
    /// they are, so nothing may be changed in the head or the body afterwards. No `x-amz-content-sha256` is
    /// sent: the service is not S3.
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

    /// Shows what signing the request would do, stage by stage, and leaves it as it is.
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
