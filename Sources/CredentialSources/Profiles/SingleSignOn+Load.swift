import Foundation
import HTTPTypes
import Messages
import SigV4
import Upstream

extension SingleSignOn {
    /// The login of a person, as `aws sso login` leaves it.
    private struct Login: Decodable {
        var accessToken: String
        var expiresAt: String
    }

    private struct Document: Decodable {
        struct Keys: Decodable {
            var accessKeyId: String
            var secretAccessKey: String
            var sessionToken: String
            /// Milliseconds since 1970.
            var expiration: Int64
        }
        var roleCredentials: Keys
    }

    /// Takes the cached login and asks the portal for credentials of the role, with three attempts in all.
    func load(
        home: String,
        _ services: CredentialServices,
        read: ProfileCredentials.Reader
    ) async throws(CredentialsError) -> Credentials {
        let token = try token(file: cacheFile(home: home), now: services.now(), read)
        guard let endpoint = services.variant.singleSignOn(region: region) else {
            throw error("has an sso_region that is no region; correct it")
        }
        let asked = "asked \(endpoint.url)federation/credentials for SSO"
        var head = HTTPRequest(method: .get, scheme: nil, authority: endpoint.authority, path: path)
        guard let name = HTTPField.Name("x-amz-sso_bearer_token") else { throw error("has no SSO here") }
        head.headerFields[name] = token
        let request = EndpointRequest(
            origin: endpoint,
            request: Request(head: head),
            total: .seconds(3),
            caFile: services.caFile
        )
        var attempt = 1
        while true {
            let problem: String
            switch await services.outcome(of: request) {
            case .success(let response) where response.head.status == .ok:
                return try credentials(in: response.body, asked)
            case .success(let response):
                let status = response.head.status.code
                let advice =
                    status == 401
                    ? "run 'aws sso login --profile \(profile)' for this user"
                    : "check sso_account_id and sso_role_name, and that the login may use them"
                problem = "\(asked), got status \(status); \(advice)"
                if status < 500, status != 429 { attempt = SecurityTokenService.attempts }
            case .failure(let error):
                problem = "\(asked), got no response: \(error.detail); check the way to this endpoint"
            }
            guard attempt < SecurityTokenService.attempts, !Task.isCancelled else { throw error(problem) }
            await services.pause(CredentialServices.backoff(after: attempt))
            attempt += 1
        }
    }

    private func token(
        file: String,
        now: Int64,
        _ read: ProfileCredentials.Reader
    ) throws(CredentialsError) -> String {
        let login = "run 'aws sso login --profile \(profile)' for this user"
        guard let bytes = try read(file) else { throw error("has no SSO login in '\(file)'; \(login)") }
        guard let cached = try? JSONDecoder().decode(Login.self, from: Data(bytes)),
            FieldText.isVisible(cached.accessToken), !cached.accessToken.isEmpty
        else { throw error("has an SSO login in '\(file)' that cannot be read; \(login)") }
        // Old versions of the AWS CLI write UTC for Z.
        let end = cached.expiresAt.hasSuffix("UTC") ? cached.expiresAt.dropLast(3) + "Z" : cached.expiresAt
        guard let expiration = RFC3339.seconds(end) else {
            throw error("has an SSO login in '\(file)' whose expiresAt is not a time; \(login)")
        }
        guard expiration > now else { throw error("has an SSO login in '\(file)' that has ended; \(login)") }
        return cached.accessToken
    }

    private func credentials(in body: [UInt8], _ asked: String) throws(CredentialsError) -> Credentials {
        guard let keys = (try? JSONDecoder().decode(Document.self, from: Data(body)))?.roleCredentials,
            [keys.accessKeyId, keys.secretAccessKey, keys.sessionToken]
                .allSatisfy({ !$0.isEmpty && FieldText.isVisible($0) })
        else {
            throw error(
                "\(asked), got status 200 with \(body.count) bytes that are no credentials; check sso_region"
            )
        }
        return Credentials(
            accessKeyID: keys.accessKeyId,
            secretAccessKey: Secret(keys.secretAccessKey),
            sessionToken: Secret(keys.sessionToken),
            expiration: keys.expiration / 1000
        )
    }

    private func error(_ reason: String) -> CredentialsError {
        CredentialsError(.profile, "profile '\(profile)' \(reason)")
    }
}
