import Cryptography
import HTTPTypes
package import Messages

/// A verifier of signatures, by the rules of AWS: the signer, the service, and the time.
///
/// The emulator verifies the signatures of the gateway with it. It works from the received request: the
/// Authorization field names the fields, and the request carries the time. The key is derived again for each
/// request, so that a stale key of the signer does not pass. The verifier and the signer share the form of
/// the canonical request, which the published suites prove for both. The checks come in the order in which
/// AWS makes them, as observed.
package struct SignatureVerifier: Sendable {
    package var region: String
    package var service: String
    /// The allowed difference between the clocks of request and verifier, in seconds.
    ///
    /// AWS documents 15 minutes. A message of Cognito Sync was seen to name 5.
    package var maximumSkew: Int64

    package init(region: String, service: String, maximumSkew: Int64 = 900) {
        self.region = region
        self.service = service
        self.maximumSkew = maximumSkew
    }

    /// Verifies a request and returns the credentials that signed it.
    ///
    /// - Parameter lookUp: returns the credentials of an access key, with their session token and expiration.
    /// - Throws: the error that AWS would send.
    @discardableResult
    package func verify(
        _ request: Request,
        credentials lookUp: (_ accessKeyID: String) -> Credentials?,
        at now: SigningTime
    ) throws(SignatureError) -> Credentials {
        let fields = request.head.headerFields
        guard let value = fields[.authorization] else {
            throw SignatureError(.missingAuthenticationToken, "Missing Authentication Token")
        }
        let dateText = fields[.amzDate]
        let authorization = try AuthorizationField(value, hasDate: dateText != nil)
        let time = try checkTime(dateText ?? "", now: now)
        try checkSignedHeaders(authorization.signedHeaders, of: fields)
        try checkScope(authorization, time: time)
        guard let credentials = lookUp(authorization.accessKeyID) else {
            throw SignatureError(
                .unrecognizedClient,
                "The security token included in the request is invalid."
            )
        }
        try checkToken(fields[.amzSecurityToken], of: credentials, now: now)
        try checkSignature(authorization, of: request, credentials: credentials, time: time)
        return credentials
    }

    private func checkTime(_ text: String, now: SigningTime) throws(SignatureError) -> SigningTime {
        guard let time = SigningTime(parsing: text) else {
            throw SignatureError(
                .incompleteSignature,
                "Date must be in ISO-8601 'basic format'. Got '\(text)'. "
                    + "See http://en.wikipedia.org/wiki/ISO_8601"
            )
        }
        let minutes = maximumSkew / 60
        let earliest = now.advanced(bySeconds: -maximumSkew)
        if time < earliest {
            throw SignatureError(
                .invalidSignature,
                "Signature expired: \(text) is now earlier than \(earliest.timestamp) "
                    + "(\(now.timestamp) - \(minutes) min.)"
            )
        }
        let latest = now.advanced(bySeconds: maximumSkew)
        if time > latest {
            throw SignatureError(
                .invalidSignature,
                "Signature not yet current: \(text) is still later than \(latest.timestamp) "
                    + "(\(now.timestamp) + \(minutes) min.)"
            )
        }
        return time
    }

    /// Throws if a required field is not signed.
    ///
    /// AWS documents this rule for the host. Its extension to the other two fields is this project's
    /// strictness.
    private func checkSignedHeaders(_ names: [String], of fields: HTTPFields) throws(SignatureError) {
        var required = [("host", "'Host' or ':authority'"), ("x-amz-date", "'X-Amz-Date'")]
        if fields[.amzSecurityToken] != nil {
            required.append(("x-amz-security-token", "'X-Amz-Security-Token'"))
        }
        for (name, spoken) in required where !names.contains(name) {
            throw SignatureError(
                .invalidSignature,
                "\(spoken) must be a 'SignedHeader' in the AWS Authorization."
            )
        }
    }

    private func checkScope(
        _ authorization: AuthorizationField,
        time: SigningTime
    ) throws(SignatureError) {
        let scope = authorization.scope
        var faults: [String] = []
        if scope.region != region {
            faults.append("Credential should be scoped to a valid region, not '\(scope.region)'. ")
        }
        if scope.service != service {
            faults.append("Credential should be scoped to correct service: '\(service)'. ")
        }
        if authorization.terminator != CredentialScope.terminator {
            faults.append(
                "Credential should be scoped with a valid terminator: '\(CredentialScope.terminator)', "
                    + "not '\(authorization.terminator)'. "
            )
        }
        if scope.date != time.date {
            faults.append(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'\(scope.date)' != '\(time.date)', from '\(time.timestamp)'. "
            )
        }
        guard faults.isEmpty else { throw SignatureError(.invalidSignature, faults.joined()) }
    }

    private func checkToken(
        _ token: String?,
        of credentials: Credentials,
        now: SigningTime
    ) throws(SignatureError) {
        let expected = Array((credentials.sessionToken?.text ?? "").utf8)
        guard Digest.equal(Array((token ?? "").utf8), expected) else {
            throw SignatureError(
                .unrecognizedClient,
                "The security token included in the request is invalid."
            )
        }
        if let end = credentials.expiration, end <= now.epochSeconds {
            throw SignatureError(.expiredToken, "The security token included in the request is expired")
        }
    }

    private func checkSignature(
        _ authorization: AuthorizationField,
        of request: Request,
        credentials: Credentials,
        time: SigningTime
    ) throws(SignatureError) {
        let mismatch =
            "The request signature we calculated does not match the signature you provided. "
            + "Check your AWS Secret Access Key and signing method. "
            + "Consult the service documentation for details."
        guard let headers = CanonicalHeaders(received: request.head, names: authorization.signedHeaders)
        else { throw SignatureError(.invalidSignature, mismatch) }

        let canonicalRequest = CanonicalRequest(
            request.head.method.rawValue,
            Array((request.head.path ?? "/").utf8),
            headers: headers,
            body: request.body,
            path: .asSent
        )
        let stringToSign = StringToSign(canonicalRequest, time: time, scope: authorization.scope)
        var key = SigningKey.derive(credentials.secretAccessKey, scope: authorization.scope)
        let code = Digest.hmacSHA256(key: key, stringToSign.bytes)
        Digest.cleanse(&key)
        let expected = Hexadecimal.digits(code)
        guard Digest.equal(expected, Array(authorization.signature.utf8)) else {
            throw SignatureError(
                .invalidSignature,
                mismatch + "\n\nThe Canonical String for this request should have been\n'"
                    + String(decoding: canonicalRequest.bytes, as: UTF8.self)
                    + "'\n\nThe String-to-Sign should have been\n'"
                    + String(decoding: stringToSign.bytes, as: UTF8.self) + "'\n"
            )
        }
    }
}
