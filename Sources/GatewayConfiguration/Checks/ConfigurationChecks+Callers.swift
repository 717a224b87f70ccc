internal import CognitoSync
internal import Serving

/// The checks of the callers: what they need of other keys, and what can hardly be meant.
extension ConfigurationChecks {
    private static let list = "callers.list"

    mutating func checkCallers() {
        let callers = configuration.callers
        checkSources()
        for (index, caller) in (callers.list ?? []).enumerated() {
            for (place, candidate) in caller.candidates.enumerated() {
                check(candidate, at: [.element(index), .member("is"), .element(place)])
            }
            checkThrottle(caller, at: [.element(index), .member("throttle")])
            for (place, grant) in caller.grants.enumerated() {
                check(grant, of: caller, at: [.element(index), .member("may"), .element(place)])
            }
        }
        if callers.list?.isEmpty == true {
            doubt(Self.list, "[]", "names no caller, so that every request is refused; add one, or remove it")
        }
        if callers.dryRun, !callers.required, callers.list == nil {
            doubt("callers.dry_run", "true", "has nothing to try; give callers.list or callers.required")
        }
        if callers.required, !isAnyKnown {
            let reason = "refuses every request, since no caller can be known"
            fault("callers.required", "true", "\(reason); give \(Self.sources)", with: Self.sourceKeys)
        }
    }

    private static let sourceKeys = [
        "listen.tls.client_ca_file", "callers.by.jwt", "callers.by.api_key.file", "callers.by.unix",
    ]
    private static let sources = sourceKeys.dropLast().joined(separator: ", ") + " or \(sourceKeys[3])"

    /// Whether there is any way to know a caller.
    var isAnyKnown: Bool {
        let by = configuration.callers.by
        return configuration.listen.tls.clientCAFile != nil || !by.jwt.isEmpty || by.apiKey.file != nil
            || by.unix
    }

    /// Checks that the callers by which buckets are kept can be known.
    mutating func checkCallerKey() {
        let key = configuration.throttle.caller.key
        guard key == .caller, !isAnyKnown else { return }
        let name = "throttle.caller.key"
        fault(name, key.rawValue, "needs callers that are known; give \(Self.sources)", with: Self.sourceKeys)
    }

    /// Reads the file of API keys, in which a caller of the list may be missing.
    private mutating func checkKeys(_ path: String) {
        let keys: APIKeys
        do throws(ConfigurationProblem) {
            keys = try APIKeys.read(path)
        } catch {
            let place: String
            if case .file(_, let line, _) = error.location { place = "line \(line) " } else { place = "" }
            fault("callers.by.api_key.file", path, place + error.message)
            return
        }
        for (index, caller) in (configuration.callers.list ?? []).enumerated() {
            for (place, candidate) in caller.candidates.enumerated() {
                guard case .key(let name) = candidate, !keys.names.contains(name) else { continue }
                let reason = "is no name in \(Quotation.text(path)); add a line for it"
                doubt(
                    Self.list,
                    candidate.text,
                    reason,
                    at: [.element(index), .member("is"), .element(place)]
                )
            }
        }
    }

    private mutating func checkSources() {
        let by = configuration.callers.by
        if let path = by.apiKey.file { checkKeys(path) }
        if by.unix, !isUnixSocket {
            let reason = "has no effect on \(Quotation.text("\(configuration.listen.address)"))"
            doubt("callers.by.unix", "true", "\(reason), which is not a Unix socket")
        }
        let files = by.jwt.enumerated().flatMap { index, issuer in
            [
                ("file", issuer.keys.file), ("ca_file", issuer.keys.caFile),
                ("token_file", issuer.keys.tokenFile),
            ].map { (index, $0.0, $0.1) }
        }
        for case (let index, let member, let path?) in files where !FileProblem.isUsable(path) {
            let way: [ValueStep] = [.element(index), .member("jwks"), .member(member)]
            fault("callers.by.jwt", path, "cannot be read: \(FileProblem.describe(path))", at: way)
        }
        for (index, issuer) in by.jwt.enumerated()
        where issuer.isOfUserPool && issuer.clientIDs.isEmpty && issuer.audiences.isEmpty {
            let reason = "counts tokens of every app client of the user pool; give client_ids to name them"
            doubt("callers.by.jwt", issuer.name, reason, at: [.element(index), .member("name")])
        }
    }

    private var isUnixSocket: Bool {
        switch configuration.listen.address {
        case .unix: true
        case .tcp: false
        }
    }

    /// Checks that a candidate can be found in a request at all.
    private mutating func check(_ candidate: CallerCandidate, at path: [ValueStep]) {
        let by = configuration.callers.by
        switch candidate {
        case .uri: check(candidate, of: .uri, at: path)
        case .dns: check(candidate, of: .dns, at: path)
        case .key:
            guard by.apiKey.file == nil else { return }
            let key = "callers.by.api_key.file"
            fault(Self.list, candidate.text, "needs API keys; give \(key)", at: path, with: [key])
        case .token(let name, _):
            guard !by.jwt.contains(where: { $0.name == name }) else { return }
            let names = by.jwt.map(\.name)
            let hint = Suggestion.nearest(to: name, among: names).map { "did you mean \($0)?" }
            let advice = hint ?? "add it to callers.by.jwt"
            fault(
                Self.list,
                candidate.text,
                "is of no issuer that is configured; \(advice)",
                at: path,
                with: ["callers.by.jwt"]
            )
        case .user:
            let key = "callers.by.unix"
            if !by.unix {
                fault(Self.list, candidate.text, "needs \(key): yes; give it too", at: path, with: [key])
            } else if !isUnixSocket {
                let reason = "is found in no request, since listen.address is not a Unix socket"
                doubt(Self.list, candidate.text, reason, at: path, with: ["listen.address"])
            }
        }
    }

    private mutating func check(
        _ candidate: CallerCandidate,
        of kind: CertificateName,
        at path: [ValueStep]
    ) {
        let (authority, trust) = ("listen.tls.client_ca_file", "callers.by.certificate.trust")
        if configuration.listen.tls.clientCAFile == nil {
            let reason = "needs client certificates; give \(authority)"
            fault(Self.list, candidate.text, reason, at: path, with: [authority])
        } else if !configuration.callers.by.certificate.trust.contains(kind) {
            let reason = "is a name that does not count; add \(kind.rawValue) to \(trust)"
            fault(Self.list, candidate.text, reason, at: path, with: [trust])
        }
    }

    private mutating func checkThrottle(_ caller: Configuration.NamedCaller, at path: [ValueStep]) {
        guard let throttle = caller.throttle else { return }
        let (tokens, seconds) = throttle.rate.fraction
        let least = (tokens / seconds + 9) / 10
        guard throttle.burst < least else { return }
        let reason = "is less than a tenth of a second of the rate, \(throttle.rate); write \(least) or more"
        doubt(Self.list, "\(throttle.burst)", reason, at: path + [.member("burst")])
    }
}
