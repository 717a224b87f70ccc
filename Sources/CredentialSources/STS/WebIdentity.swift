import SigV4

/// A role and the file of the token for it, of the environment or of a profile.
package struct WebIdentity: Equatable, Sendable {
    var role: AssumedRole
    var tokenFile: String
    /// The source to blame.
    var name: CredentialsSourceName
    /// The beginning of each message.
    var prefix: String

    /// Returns the bytes of a token file; nil where there is none.
    @Sendable
    package static func readToken(_ path: String) throws(CredentialsError) -> [UInt8]? {
        try SharedFile.read(path, kind: "token file", for: .webIdentity, limit: 64 << 10)
    }

    /// Reads the token and asks STS; if the token has expired, once more with the token that is there by then.
    func load(
        _ sts: SecurityTokenService,
        read: ProfileCredentials.Reader
    ) async throws(CredentialsError) -> Credentials {
        if let fault = role.fault { throw error(fault) }
        let fault: SecurityTokenService.Fault
        do throws(SecurityTokenService.Fault) {
            return try await sts.assumeRole(role, withWebIdentity: try token(read).get())
        } catch {
            fault = error
        }
        guard fault.refusal?.isExpiredToken == true else { throw error(fault.text) }
        do throws(SecurityTokenService.Fault) {
            return try await sts.assumeRole(role, withWebIdentity: try token(read).get())
        } catch {
            throw self.error(error.text)
        }
    }

    /// Returns the token as it is in the file, without one line feed at its end.
    private func token(_ read: ProfileCredentials.Reader) -> Result<Secret, SecurityTokenService.Fault> {
        func failure(_ text: String) -> Result<Secret, SecurityTokenService.Fault> {
            .failure(SecurityTokenService.Fault(text: text))
        }
        let bytes: [UInt8]?
        do {
            bytes = try read(tokenFile)
        } catch {
            return failure(error.description)
        }
        guard let bytes else {
            return failure("token file '\(tokenFile)' does not exist; mount it, or name another")
        }
        let token = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard SecurityTokenService.tokenLengths.contains(token.count) else {
            return failure("token file '\(tokenFile)' has \(token.count) bytes; a token has 4 to 20000")
        }
        guard let text = String(validating: token, as: UTF8.self) else {
            return failure("token file '\(tokenFile)' is not UTF-8; name the file of a token")
        }
        return .success(Secret(text))
    }

    private func error(_ reason: String) -> CredentialsError {
        CredentialsError(name, "\(prefix): \(reason)")
    }
}
