internal import Serving

/// What can be wrong, or doubtful, though every value is all right by itself.
struct ConfigurationChecks {
    struct Finding: Equatable {
        /// The key to blame.
        var key: String
        var message: String
    }

    private(set) var faults: [Finding] = []
    private(set) var doubts: [Finding] = []
    private let configuration: Configuration
    private let isGiven: (String) -> Bool

    init(_ configuration: Configuration, isGiven: @escaping (String) -> Bool) {
        self.configuration = configuration
        self.isGiven = isGiven
        checkListeners()
        checkUpstream()
        checkCredentials()
        checkFiles()
    }

    private mutating func checkListeners() {
        let tls = configuration.listen.tls
        if tls.certificateFile != nil, tls.keyFile == nil {
            fault(
                "listen.tls.certificate_file",
                "listen.tls.key_file is missing: certificate and key come together"
            )
        }
        if tls.keyFile != nil, tls.certificateFile == nil {
            fault(
                "listen.tls.key_file",
                "listen.tls.certificate_file is missing: certificate and key come together"
            )
        }
        if tls.clientCAFile != nil, tls.certificateFile == nil {
            fault(
                "listen.tls.client_ca_file",
                "client certificates need TLS: give listen.tls.certificate_file too"
            )
        }
        if configuration.throttle.caller.key == .certificate, tls.clientCAFile == nil {
            fault(
                "throttle.caller.key",
                "callers have no certificates unless listen.tls.client_ca_file is given"
            )
        }
        let address = configuration.listen.address
        if !address.isLoopback, tls.clientCAFile == nil {
            doubt(
                "listen.address",
                "\(address) is open to the network: whoever reaches it acts with this gateway's AWS credentials; "
                    + "listen.tls.client_ca_file would tell callers apart"
            )
        }
        let admin = configuration.admin
        if !admin.address.isLoopback, admin.tokenFile == nil {
            doubt(
                "admin.address",
                "\(admin.address) is open to the network and admin.token_file is not given"
            )
        }
        if admin.address == address, !Self.isChosenBySystem(address) {
            fault(
                isGiven("admin.address") ? "admin.address" : "listen.address",
                "listen and admin have the same address"
            )
        }
    }

    private mutating func checkUpstream() {
        let upstream = configuration.upstream
        if let endpoint = upstream.endpoint, let url = ServiceURL(endpoint) {
            if url.scheme == "http", !LoopbackName.contains(url.host) {
                doubt("upstream.endpoint", "signed requests will cross the network in the clear")
            }
        } else if !Endpoint.regions.contains(upstream.region) {
            let hint =
                Suggestion.nearest(to: upstream.region, among: Endpoint.regions)
                .map { "did you mean \($0)?" } ?? "give upstream.endpoint to use it all the same"
            fault("upstream.region", "Cognito Sync is not offered in \(upstream.region); \(hint)")
        }
        let timeouts = upstream.timeouts
        if timeouts.connect > timeouts.total {
            fault("upstream.timeouts.connect", "is longer than upstream.timeouts.total")
        }
        if timeouts.firstByte > timeouts.total {
            fault("upstream.timeouts.first_byte", "is longer than upstream.timeouts.total")
        }
        if configuration.limits.field > configuration.limits.header {
            fault("limits.field", "is more than limits.header")
        }
    }

    private mutating func checkCredentials() {
        let credentials = configuration.credentials
        if credentials.assumeRole.arn != nil {
            fault("credentials.assume_role.arn", "not supported yet")
        }
        guard credentials.sources != CredentialsSourceName.allCases else { return }
        for source in credentials.sources where !source.isSupported {
            fault("credentials.sources", "\(source.rawValue) is not supported yet")
        }
    }

    private mutating func checkFiles() {
        let files = [
            ("listen.tls.certificate_file", configuration.listen.tls.certificateFile),
            ("listen.tls.key_file", configuration.listen.tls.keyFile),
            ("listen.tls.client_ca_file", configuration.listen.tls.clientCAFile),
            ("admin.token_file", configuration.admin.tokenFile),
            ("upstream.ca_file", configuration.upstream.caFile),
            ("credentials.files.credentials", configuration.credentials.files.credentials),
            ("credentials.files.config", configuration.credentials.files.config),
            ("log.salt_file", configuration.log.saltFile),
        ]
        for case (let key, let path?) in files where !FileProblem.isUsable(path) {
            fault(key, "the file cannot be read: \(FileProblem.describe(path))")
        }
    }

    private static func isChosenBySystem(_ address: ListenAddress) -> Bool {
        switch address {
        case .tcp(_, let port): port == 0
        case .unix: false
        }
    }

    private mutating func fault(_ key: String, _ message: String) {
        faults.append(Finding(key: key, message: message))
    }

    private mutating func doubt(_ key: String, _ message: String) {
        doubts.append(Finding(key: key, message: message))
    }
}
