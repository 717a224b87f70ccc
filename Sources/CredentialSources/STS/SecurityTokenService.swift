import HTTPTypes
import Messages
import SigV4
import Upstream

/// The security token service (STS) of one region: it gives credentials of a role.
///
/// A request is tried three times in all, with a pause between. Each attempt has a connection of its own.
package struct SecurityTokenService: Sendable {
    static let attempts = 3
    /// The bounds of the API for a token of a web identity, in bytes.
    static let tokenLengths = 4...20_000

    private let services: CredentialServices
    private let region: String

    init(services: CredentialServices, region: String) {
        self.services = services
        self.region = region
    }

    /// The reason why there are no credentials, before the source has put its name to it.
    struct Fault: Error, Equatable {
        /// The refusal of STS; nil where no well-formed one came.
        var refusal: STSResponse.Refusal?
        var text: String
    }

    /// Assumes a role with other credentials, which sign the request.
    func assumeRole(_ role: AssumedRole, with credentials: Credentials) async throws(Fault) -> Credentials {
        let body = FormBody([
            ("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", role.arn),
            ("RoleSessionName", role.sessionName), ("DurationSeconds", role.duration.map { "\($0)" }),
            ("ExternalId", role.externalID),
        ])
        return try await send(body, action: "AssumeRole", role, signedWith: credentials)
    }

    /// Assumes a role with the token of a web identity; the token stands for a signature.
    func assumeRole(_ role: AssumedRole, withWebIdentity token: Secret) async throws(Fault) -> Credentials {
        let body = FormBody([
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role.arn),
            ("RoleSessionName", role.sessionName), ("DurationSeconds", role.duration.map { "\($0)" }),
            ("WebIdentityToken", token.text),
        ])
        return try await send(body, action: "AssumeRoleWithWebIdentity", role, signedWith: nil)
    }

    private func send(
        _ body: FormBody,
        action: String,
        _ role: AssumedRole,
        signedWith credentials: Credentials?
    ) async throws(Fault) -> Credentials {
        guard let endpoint = services.stsEndpoint ?? services.variant.securityTokenService(region: region)
        else {
            throw Fault(text: "'\(FieldText.isVisible(region) ? region : "?")' is no region of STS; name one")
        }
        let asked = "asked \(endpoint.url) for \(action) of '\(role.arn)'"
        var attempt = 1
        while true {
            let fault: Fault
            let mayPass: Bool
            switch await services.outcome(of: request(body, to: endpoint, signedWith: credentials)) {
            case .success(let response) where response.head.status == .ok:
                return try Self.credentials(in: response, of: action, asked: asked)
            case .success(let response):
                let refusal = STSResponse.refusal(status: response.head.status.code, body: response.body)
                fault = Fault(refusal: refusal, text: "\(asked), got \(refusal.summary); \(refusal.advice)")
                mayPass = refusal.mayPass
            case .failure(let error):
                fault = Fault(
                    text: "\(asked), got no response: \(error.detail); check the way to this endpoint"
                )
                mayPass = error.kind != .cancelled
            }
            guard mayPass, attempt < Self.attempts, !Task.isCancelled else { throw fault }
            await services.pause(CredentialServices.backoff(after: attempt))
            attempt += 1
        }
    }

    private static func credentials(
        in response: Response,
        of action: String,
        asked: String
    ) throws(Fault) -> Credentials {
        do {
            return try STSResponse.credentials(in: response.body, of: action)
        } catch {
            let length = response.body.count
            throw Fault(
                text: "\(asked), got status 200 with \(length) bytes: the response \(error.reason); "
                    + "check that this is an endpoint of STS"
            )
        }
    }

    private func request(
        _ body: FormBody,
        to endpoint: Origin,
        signedWith credentials: Credentials?
    ) -> EndpointRequest {
        var head = HTTPRequest(method: .post, scheme: nil, authority: endpoint.authority, path: "/")
        head.headerFields[.contentType] = "application/x-www-form-urlencoded"
        var request = Request(head: head, body: body.bytes)
        if let credentials {
            Signer(region: region, service: "sts").sign(
                &request,
                host: endpoint.authority,
                credentials: credentials,
                at: SigningTime(epochSeconds: services.now())
            )
        }
        return EndpointRequest(
            origin: endpoint,
            request: request,
            connect: .seconds(1),
            total: .seconds(3),
            caFile: services.caFile
        )
    }
}
