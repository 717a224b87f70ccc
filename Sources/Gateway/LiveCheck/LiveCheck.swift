import CognitoSync
import CredentialSources
package import GatewayConfiguration
import HTTPTypes
package import Messages
import SigV4
import Upstream

/// The check of a configuration against the live service: `syncgate check --live`.
///
/// It resolves, connects, compares clocks, loads credentials, and makes one harmless signed call for each allowed
/// read. It changes nothing.
package struct LiveCheck: Sendable {
    /// The difference of the clocks from which AWS refuses signatures, in seconds.
    private static let largestSkew: Int64 = 300

    private let configuration: Configuration
    private let chain: CredentialsChain
    private let securityTokenService: Origin?
    private let clock: GatewayClock

    /// `securityTokenService` is the endpoint to ask for the identity; nil: it is not asked.
    package init(
        _ configuration: Configuration,
        launch: Service.Launch,
        securityTokenService: Origin?,
        clock: GatewayClock = .system
    ) {
        self.configuration = configuration
        chain = launch.chain(configuration)
        self.securityTokenService = securityTokenService
        self.clock = clock
    }

    /// Returns the endpoint of STS for a configuration; nil where only the upstream has an endpoint of its own.
    package static func securityTokenService(_ configuration: Configuration) -> Origin? {
        if let endpoint = configuration.credentials.sts.endpoint { return Origin(endpoint) }
        guard configuration.upstream.endpoint == nil else { return nil }
        return EndpointVariant().securityTokenService(region: tokenRegion(configuration))
    }

    private static func tokenRegion(_ configuration: Configuration) -> String {
        configuration.credentials.sts.region ?? configuration.upstream.region
    }

    package func run() async -> LiveReport {
        var report = LiveReport()
        var account: String?
        if let origin = Origin(configuration.upstream.origin),
            let client = try? UpstreamBinding.upstreamClient(for: origin, configuration.upstream)
        {
            let isReached = await reach(origin, client, &report)
            let credentials = await loadCredentials(&report)
            if let credentials { account = await identity(credentials, &report) }
            await tryReads(isReached ? credentials : nil, origin, client, &report)
            await client.stop()
        } else {
            report.add("connect", .failed, "no upstream client can be made; check upstream.ca_file")
        }
        for name in LiveReads(configuration).untried {
            report.add(name.rawValue, .skipped, "it could change something")
        }
        let region = configuration.upstream.region
        report.policy = LeastPolicy.text(configuration, region: region, account: account)
        return report
    }

    /// Resolves, connects and compares the clocks by a request without a signature, which AWS refuses.
    private func reach(_ origin: Origin, _ client: UpstreamClient, _ report: inout LiveReport) async -> Bool {
        if configuration.upstream.proxy == nil {
            let addresses = await HostAddresses.resolve(origin.host)
            guard !addresses.isEmpty else {
                report.add(
                    "resolve",
                    .failed,
                    "'\(origin.host)' has no address; check upstream.region and DNS"
                )
                return false
            }
            report.add("resolve", .passed, "'\(origin.host)' has \(Set(addresses).count) addresses")
        }
        var head = HTTPRequest(method: .get, scheme: nil, authority: origin.authority, path: "/")
        head.headerFields[.accept] = "application/json"
        let response: Response
        do {
            response = try await client.send(Request(head: head))
        } catch {
            report.add(
                "connect",
                .failed,
                "\(error.detail); check the network, upstream.proxy and upstream.ca_file"
            )
            return false
        }
        let security = origin.scheme == .https ? "with TLS" : "without TLS"
        report.add("connect", .passed, "'\(origin.url)' \(security)")
        guard let text = response.head.headerFields.value(of: .date), let date = HTTPDate(text) else {
            report.add("clock", .skipped, "the response has no Date")
            return true
        }
        let skew = date.epochSeconds - clock.wall() / 1_000_000_000
        let isFine = abs(skew) < Self.largestSkew
        let advice = isFine ? "" : "; set the clock, AWS refuses signatures"
        report.add("clock", isFine ? .passed : .failed, "that of the service is \(skew) s ahead\(advice)")
        return true
    }

    private func loadCredentials(_ report: inout LiveReport) async -> Credentials? {
        do throws(CredentialsError) {
            let found = try await chain.load()
            let end = found.credentials.expiration.map {
                $0 > Int64.max / 1_000_000_000 || $0 < 0
                    ? "they end" : "until \(RFC3339.text(nanosecondsSince1970: $0 * 1_000_000_000))"
            }
            report.add("credentials", .passed, "\(found.source.rawValue), \(end ?? "without an end")")
            return found.credentials
        } catch {
            report.add("credentials", .failed, "\(error)")
            return nil
        }
    }

    /// Returns the account of the credentials, if STS tells.
    private func identity(_ credentials: Credentials, _ report: inout LiveReport) async -> String? {
        guard let securityTokenService else {
            report.add(
                "identity",
                .skipped,
                "upstream.endpoint is not AWS's; give credentials.sts.endpoint to ask STS"
            )
            return nil
        }
        do throws(CallerIdentity.Failure) {
            let identity = try await CallerIdentity.ask(
                securityTokenService,
                region: Self.tokenRegion(configuration),
                caFile: configuration.upstream.endpoint == nil
                    || configuration.credentials.sts.endpoint != nil
                    ? configuration.upstream.caFile : nil,
                credentials: credentials,
                at: SigningTime(epochSeconds: clock.wall() / 1_000_000_000)
            )
            report.add("identity", .passed, identity.arn)
            return identity.account
        } catch {
            switch error {
            case .unreachable(let reason):
                report.add("identity", .skipped, "'\(securityTokenService.url)' is not reached: \(reason)")
            case .refused(let reason):
                report.add("identity", .failed, "STS refuses the credentials: \(reason); replace them")
            }
            return nil
        }
    }

    private func tryReads(
        _ credentials: Credentials?,
        _ origin: Origin,
        _ client: UpstreamClient,
        _ report: inout LiveReport
    ) async {
        let signer = Signer(region: configuration.upstream.region, service: "cognito-sync")
        for operation in LiveReads(configuration).reads {
            let name = operation.name.rawValue
            guard let credentials else {
                report.add(name, .skipped, "there is no way to ask yet; see above")
                continue
            }
            var request = operation.wireRequest(to: origin.authority)
            let time = SigningTime(epochSeconds: clock.wall() / 1_000_000_000)
            signer.sign(&request, credentials: credentials, at: time)
            do {
                let response = try await client.send(request)
                let (outcome, detail) = Self.judge(response, operation.name)
                report.add(name, outcome, detail)
            } catch {
                report.add(name, .failed, "\(error.detail); try again")
            }
        }
    }

    /// Returns what a response says about the right to the operation.
    static func judge(
        _ response: WireResponse,
        _ operation: OperationName
    ) -> (LiveReport.Outcome, detail: String) {
        let status = response.status
        let name = String((Response(response).errorName ?? "no name").prefix(64))
        switch ClassifiedResponse(response, to: operation) {
        case .rightsRefused:
            return (.failed, "\(name); allow cognito-sync:\(operation.rawValue) in the policy of the role")
        case .signatureRefused(.clock):
            return (.failed, "\(name); set the clock of this machine")
        case .signatureRefused(.credentials):
            return (.failed, "\(name); replace the credentials")
        case .malformed(let reason):
            return (.failed, "no response of Cognito Sync: \(reason); check upstream.endpoint")
        case .response where status == 200:
            return (.passed, "allowed")
        case .response where status == 429 || status >= 500:
            return (.failed, "status \(status), \(name); try again later")
        case .response where name == "NotAuthorizedException" || status == 403 || status == 401:
            return (.failed, "status \(status), \(name); check the policy of the role, and upstream.region")
        case .response:
            return (.passed, "allowed (\(name))")
        }
    }
}
