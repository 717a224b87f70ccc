internal import CognitoSync
internal import CredentialSources
internal import Messages
internal import Serving

/// The checks of values that are right by themselves: faults and doubts that several of them make together.
struct ConfigurationChecks {
    struct Finding: Equatable {
        /// The key to blame.
        var key: String
        var message: String
        /// The value that the message begins with.
        var value: String
        /// The other keys that led to the finding.
        var others: [String]
        /// The way to the part of the value that is to blame; none for the whole.
        var path: [ValueStep] = []
    }

    private(set) var faults: [Finding] = []
    private(set) var doubts: [Finding] = []
    let configuration: Configuration
    let isGiven: (String) -> Bool

    /// Checks a configuration for a machine or container with `memory` bytes.
    init(_ configuration: Configuration, memory: Int, isGiven: @escaping (String) -> Bool) {
        self.configuration = configuration
        self.isGiven = isGiven
        checkListeners()
        checkHops()
        checkUpstream()
        checkCredentials()
        checkFiles()
        checkPorts()
        checkMemory(memory)
        checkBuckets()
        checkDrain()
        checkPools()
        checkCallers()
    }

    private mutating func checkListeners() {
        let tls = configuration.listen.tls
        checkTLS("listen.tls", tls)
        checkTLS("admin.tls", configuration.admin.tls)
        checkCallerKey()
        checkSocket()
        let address = configuration.listen.address
        if !address.isLoopback, tls.clientCAFile == nil, !configuration.callers.refusesUnknown {
            let reason =
                "is open to the network, and all who reach it use the AWS credentials of this gateway"
            let advice = "give listen.tls.client_ca_file, or callers.list, to admit known callers only"
            doubt("listen.address", "\(address)", "\(reason); \(advice)")
        }
        let admin = configuration.admin
        if !admin.address.isLoopback, admin.tokenFile == nil {
            let consequence =
                admin.open
                ? "and all who reach it may purge, reload and drain"
                : "and purge, reload and drain are refused"
            let reason = "is open to the network, \(consequence); give admin.token_file"
            doubt("admin.address", "\(admin.address)", reason)
        }
        if admin.address == address, !Self.isChosenBySystem(address) {
            let keys = ["admin.address", "listen.address"]
            let blamed = isGiven(keys[0]) ? keys : keys.reversed()
            fault(blamed[0], "\(address)", "is \(blamed[1]) too; choose another", with: [blamed[1]])
        }
    }

    /// Checks the permissions of a Unix socket.
    private mutating func checkSocket() {
        let listen = configuration.listen
        let reason = "has no effect on \(Quotation.text("\(listen.address)")), which is not a Unix socket"
        guard case .unix = listen.address else {
            if let mode = listen.mode { doubt("listen.mode", "\(mode)", reason) }
            if let group = listen.group { doubt("listen.group", group, reason) }
            return
        }
        if let group = listen.group, SystemGroup.number(of: group) == nil {
            fault("listen.group", group, "is no group of this system; name another, or write its number")
        }
    }

    private mutating func checkUpstream() {
        let upstream = configuration.upstream
        if let endpoint = upstream.endpoint, let url = ServiceURL(endpoint) {
            if url.scheme == .http, !LoopbackName.contains(url.host) {
                doubt("upstream.endpoint", url.redacted, "sends signed requests in the clear; write https://")
            }
        } else if !Endpoint.regions.contains(upstream.region) {
            let guess = Suggestion.nearest(to: upstream.region, among: Endpoint.regions)
            let hint = guess.map { "did you mean \($0)?" } ?? "give upstream.endpoint to use it all the same"
            fault(
                "upstream.region",
                upstream.region,
                "has no Cognito Sync; \(hint)",
                with: ["upstream.endpoint"]
            )
        }
        checkEndpointVariant("upstream.use_fips", upstream.usesFIPS)
        checkEndpointVariant("upstream.use_dualstack", upstream.usesDualStack)
        let timeouts = upstream.timeouts
        let total = ("upstream.timeouts.total", timeouts.total)
        check(("upstream.timeouts.connect", timeouts.connect), isAtMost: total, DurationText.text)
        check(("upstream.timeouts.first_byte", timeouts.firstByte), isAtMost: total, DurationText.text)
        let limits = configuration.limits
        check(("limits.field", limits.field), isAtMost: ("limits.header", limits.header), ByteSize.text)
        if let bytes = limits.bytes {
            check(("limits.body", limits.body), isAtMost: ("limits.bytes", bytes), ByteSize.text)
        }
    }

    /// Blames the key that is given, since the other one has its default.
    private mutating func check<Value: Comparable>(
        _ lesser: (key: String, value: Value),
        isAtMost greater: (key: String, value: Value),
        _ text: (Value) -> String
    ) {
        guard lesser.value > greater.value else { return }
        if isGiven(lesser.key) {
            let reason = "is more than \(greater.key), \(text(greater.value)); lower it"
            fault(lesser.key, text(lesser.value), reason, with: [greater.key])
        } else {
            let reason = "is less than \(lesser.key), \(text(lesser.value)); raise it"
            fault(greater.key, text(greater.value), reason, with: [lesser.key])
        }
    }

    /// Checks a switch that changes the name of the endpoint: the SDKs build that name, but AWS publishes none.
    private mutating func checkEndpointVariant(_ key: String, _ isOn: Bool) {
        guard isOn else { return }
        let upstream = configuration.upstream
        guard upstream.endpoint == nil else {
            fault(
                key,
                "true",
                "has no effect on upstream.endpoint; remove one of them",
                with: ["upstream.endpoint"]
            )
            return
        }
        doubt(
            key,
            "true",
            "leads to \(upstream.origin), which AWS does not list; try syncgate check --live"
        )
    }

    private mutating func checkCredentials() {
        let (role, arn) = (configuration.credentials.assumeRole, "credentials.assume_role.arn")
        if let externalID = role.externalID, role.arn == nil {
            fault(
                "credentials.assume_role.external_id",
                externalID,
                "has no role; give \(arn) too",
                with: [arn]
            )
        }
        if role.duration > .seconds(3600) {
            let key = "credentials.assume_role.duration"
            let reason = "is refused where the credentials found are those of a role; 1h is the most there"
            doubt(key, DurationText.text(role.duration), reason)
        }
        let endpoint = configuration.credentials.sts.endpoint
        if let endpoint, let url = ServiceURL(endpoint), url.scheme == .http, !LoopbackName.contains(url.host)
        {
            fault("credentials.sts.endpoint", url.redacted, "gets tokens in the clear; write https://")
        }
        guard case .only(let allowed) = configuration.allow.identityPools else { return }
        for pool in configuration.credentials.roles.flatMap(\.identityPools) where !allowed.contains(pool) {
            doubt(
                "credentials.roles",
                pool.text,
                "is not in allow.identity_pools, so nobody may use it; add it"
            )
        }
    }

    private mutating func checkFiles() {
        let files =
            [("listen.tls", configuration.listen.tls), ("admin.tls", configuration.admin.tls)].flatMap {
                (section, tls) in
                tls.paths.map { ("\(section).\($0.key)", $0.path) }
            } + [
                ("admin.token_file", configuration.admin.tokenFile),
                ("admin.streams_token_file", configuration.admin.streamsTokenFile),
                ("upstream.ca_file", configuration.upstream.caFile),
                ("credentials.files.credentials", configuration.credentials.files.credentials),
                ("credentials.files.config", configuration.credentials.files.config),
                ("log.salt_file", configuration.log.saltFile),
            ]
        for case (let key, let path?) in files where !FileProblem.isUsable(path) {
            fault(key, path, "cannot be read: \(FileProblem.describe(path))")
        }
        checkTokenKey()
        checkModes()
    }

    /// Doubts the secrets that other users of the machine can read.
    private mutating func checkModes() {
        let secrets = [
            ("listen.tls.key_file", configuration.listen.tls.keyFile),
            ("admin.tls.key_file", configuration.admin.tls.keyFile),
            ("admin.token_file", configuration.admin.tokenFile),
            ("admin.streams_token_file", configuration.admin.streamsTokenFile),
            ("cache.token_key_file", configuration.cache.tokens.keyFile),
            ("log.salt_file", configuration.log.saltFile),
        ]
        for case (let key, let path?) in secrets {
            guard let mode = FileProblem.mode(path), mode & 0o044 != 0 else { continue }
            let digits = String(mode & 0o777, radix: 8)
            doubt(
                key,
                path,
                "can be read by others, with mode 0\(digits); take their rights away, by chmod go="
            )
        }
    }

    /// Reads the token key too: its length is a part of the check.
    private mutating func checkTokenKey() {
        guard let path = configuration.cache.tokens.keyFile else { return }
        do throws(ConfigurationProblem) {
            _ = try TokenKey.read(path)
        } catch {
            fault("cache.token_key_file", path, error.message)
        }
    }

    /// Returns whether the system chooses the port, so that equal addresses do not meet.
    private static func isChosenBySystem(_ address: ListenAddress) -> Bool {
        switch address {
        case .tcp(_, let port): port == 0
        case .unix: false
        }
    }

    mutating func fault(
        _ key: String,
        _ value: String,
        _ reason: String,
        at path: [ValueStep] = [],
        with others: [String] = []
    ) {
        faults.append(Self.finding(key, value, reason, others, path))
    }

    mutating func doubt(
        _ key: String,
        _ value: String,
        _ reason: String,
        at path: [ValueStep] = [],
        with others: [String] = []
    ) {
        doubts.append(Self.finding(key, value, reason, others, path))
    }

    private static func finding(
        _ key: String,
        _ value: String,
        _ reason: String,
        _ others: [String],
        _ path: [ValueStep]
    ) -> Finding {
        let value = Quotation.text(value)
        return Finding(key: key, message: "\(value) \(reason)", value: value, others: others, path: path)
    }
}
