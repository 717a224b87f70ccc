internal import Serving

/// What can be wrong, or doubtful, though every value is all right by itself.
struct ConfigurationChecks {
    struct Finding: Equatable {
        /// The key to blame.
        var key: String
        var message: String
        /// The other keys that it rests on.
        var others: [String]
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
        let (certificate, key, authority) = (
            "listen.tls.certificate_file", "listen.tls.key_file", "listen.tls.client_ca_file"
        )
        let tls = configuration.listen.tls
        if tls.certificateFile != nil, tls.keyFile == nil {
            fault(certificate, "\(key) is missing: certificate and key come together", with: key)
        }
        if tls.keyFile != nil, tls.certificateFile == nil {
            fault(key, "\(certificate) is missing: certificate and key come together", with: certificate)
        }
        if tls.clientCAFile != nil, tls.certificateFile == nil {
            fault(authority, "client certificates need TLS: give \(certificate) too", with: certificate)
        }
        if configuration.throttle.caller.key == .certificate, tls.clientCAFile == nil {
            fault(
                "throttle.caller.key",
                "callers have no certificates unless \(authority) is given",
                with: authority
            )
        }
        let address = configuration.listen.address
        if !address.isLoopback, tls.clientCAFile == nil {
            doubt(
                "listen.address",
                "\(address) is open to the network: whoever reaches it acts with this gateway's AWS credentials; "
                    + "\(authority) would tell callers apart"
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
            let keys = ["admin.address", "listen.address"]
            let blamed = isGiven(keys[0]) ? keys : keys.reversed()
            fault(blamed[0], "listen and admin have the same address", with: blamed[1])
        }
    }

    private mutating func checkUpstream() {
        let upstream = configuration.upstream
        if let endpoint = upstream.endpoint, let url = ServiceURL(endpoint) {
            if url.scheme == "http", !LoopbackName.contains(url.host) {
                doubt("upstream.endpoint", "signed requests will cross the network in the clear")
            }
        } else if !Endpoint.regions.contains(upstream.region) {
            let guess = Suggestion.nearest(to: upstream.region, among: Endpoint.regions)
            let hint = guess.map { "did you mean \($0)?" } ?? "give upstream.endpoint to use it all the same"
            fault(
                "upstream.region",
                "Cognito Sync is not offered in \(upstream.region); \(hint)",
                with: "upstream.endpoint"
            )
        }
        let timeouts = upstream.timeouts
        let total = "upstream.timeouts.total"
        check("upstream.timeouts.connect", isNotMoreThan: total, timeouts.connect <= timeouts.total)
        check("upstream.timeouts.first_byte", isNotMoreThan: total, timeouts.firstByte <= timeouts.total)
        let limits = configuration.limits
        check("limits.field", isNotMoreThan: "limits.header", limits.field <= limits.header)
    }

    /// Blames the key that somebody gave, since the other one is a default.
    private mutating func check(_ key: String, isNotMoreThan other: String, _ isRight: Bool) {
        guard !isRight else { return }
        if isGiven(key) {
            fault(key, "is more than \(other)", with: other)
        } else {
            fault(other, "is less than \(key)", with: key)
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
            fault(key, "the file '\(path)' cannot be read: \(FileProblem.describe(path))")
        }
        checkTokenKey()
    }

    private mutating func checkTokenKey() {
        guard let path = configuration.cache.tokens.keyFile else { return }
        do throws(ConfigurationProblem) {
            _ = try TokenKey.read(path)
        } catch {
            fault("cache.token_key_file", error.message)
        }
    }

    private static func isChosenBySystem(_ address: ListenAddress) -> Bool {
        switch address {
        case .tcp(_, let port): port == 0
        case .unix: false
        }
    }

    private mutating func fault(_ key: String, _ message: String, with others: String...) {
        faults.append(Finding(key: key, message: message, others: others))
    }

    private mutating func doubt(_ key: String, _ message: String, with others: String...) {
        doubts.append(Finding(key: key, message: message, others: others))
    }
}
