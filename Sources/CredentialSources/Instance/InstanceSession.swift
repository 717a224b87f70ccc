import HTTPTypes
import Messages
import SigV4
import Upstream

/// The requests of one load to the instance metadata service, version 2: each with a session token.
///
/// Version 1, without a token, is never used: to read the credentials, it would be enough to make a process send a GET.
struct InstanceSession {
    private static let tokenPath = "/latest/api/token"
    private static let life = 21_600
    private static let lifeField = HTTPField.Name("x-aws-ec2-metadata-token-ttl-seconds")
    private static let tokenField = HTTPField.Name("x-aws-ec2-metadata-token")

    private let settings: InstanceEndpoint
    private let memory: InstanceMemory
    private let send: EndpointSend
    /// Whether a refused token may still be replaced; once for each load, so that refusals cannot make a loop.
    private var mayRenew = true

    init(_ settings: InstanceEndpoint, memory: InstanceMemory, send: @escaping EndpointSend) {
        self.settings = settings
        self.memory = memory
        self.send = send
    }

    /// Returns the response to a GET; nil where no metadata service is there.
    mutating func get(_ path: String) async throws(CredentialsError) -> Response? {
        while true {
            guard let token = try await token() else { return nil }
            var head = head(.get, path)
            if let field = Self.tokenField { head.headerFields[field] = token.text }
            let response: Response
            do {
                response = try await sendRepeatedly(head)
            } catch {
                throw failure(head, "failed: \(error.detail); check the network of the instance")
            }
            guard response.head.status == .unauthorized else { return response }
            memory.forgetToken()
            guard mayRenew else {
                throw failure(
                    head,
                    "got the status 401 with a new token; restart the instance's metadata service"
                )
            }
            mayRenew = false
        }
    }

    func failure(_ path: String, _ reason: String) -> CredentialsError {
        failure(head(.get, path), reason)
    }

    /// Returns the token that is held, or a new one; nil where no metadata service is there.
    private func token() async throws(CredentialsError) -> Secret? {
        let now = ContinuousClock.now
        if let token = memory.token(now: now) { return token }
        var head = head(.put, Self.tokenPath)
        if let field = Self.lifeField { head.headerFields[field] = String(Self.life) }
        let response: Response
        do {
            response = try await sendRepeatedly(head)
        } catch {
            guard error.phase == .notSent, !memory.hasSucceeded else { throw noToken(head, error) }
            memory.absence = "no metadata service at '\(settings.origin.url)'"
            return nil
        }
        try check(response.head.status, of: head)
        guard let text = String(validating: response.body, as: UTF8.self),
            (1...4096).contains(text.utf8.count),
            FieldText.isVisible(text)
        else { throw failure(head, "got a token that is none; check what listens at this address") }
        let token = Secret(text)
        let life = Self.lifeField.flatMap { response.head.headerFields[$0] }.flatMap { Int($0) } ?? Self.life
        memory.remember(token, life: .seconds(min(max(life, 0), Self.life)), now: now)
        return token
    }

    private func check(_ status: HTTPResponse.Status, of head: HTTPRequest) throws(CredentialsError) {
        switch status.code {
        case 200: return
        case 400: throw failure(head, "got the status 400; check what listens at this address")
        case 403: throw failure(head, "got the status 403: the metadata service is turned off; turn it on")
        case 404, 405:
            throw failure(
                head,
                "got the status \(status.code): only version 1 is there, which is never used; allow version 2"
            )
        default: throw failure(head, "got the status \(status.code); try again later")
        }
    }

    private func noToken(_ head: HTTPRequest, _ error: UpstreamError) -> CredentialsError {
        guard error.kind == .timedOut, error.phase != .notSent else {
            return failure(head, "failed: \(error.detail); check the network of the instance")
        }
        return failure(
            head,
            "had no response: the metadata service does not answer PUT: the hop limit is 1; "
                + "set HttpPutResponseHopLimit to 2, or run in the host network"
        )
    }

    /// Sends a request as often as the settings say, until there is a response that is no server error.
    private func sendRepeatedly(_ head: HTTPRequest) async throws(UpstreamError) -> Response {
        let request = EndpointRequest(
            origin: settings.origin,
            request: Request(head: head),
            connect: settings.timeout,
            total: settings.timeout
        )
        var attempt = 1
        while true {
            let isLast = attempt >= settings.attempts || Task.isCancelled
            do throws(UpstreamError) {
                let response = try await send(request)
                if isLast || response.head.status.kind != .serverError { return response }
            } catch {
                if isLast { throw error }
            }
            attempt += 1
        }
    }

    private func head(_ method: HTTPRequest.Method, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method: method,
            scheme: settings.origin.scheme.rawValue,
            authority: settings.origin.authority,
            path: path
        )
    }

    private func failure(_ head: HTTPRequest, _ reason: String) -> CredentialsError {
        let url = "\(settings.origin.scheme.rawValue)://\(settings.origin.authority)\(head.path ?? "")"
        return CredentialsError(.instance, "instance: \(head.method) '\(url)' \(reason)")
    }
}
