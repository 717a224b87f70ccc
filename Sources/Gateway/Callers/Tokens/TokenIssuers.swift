package import CredentialSources
package import Logging
import Policy
import Synchronization
package import WebTokens

/// The issuers of tokens in force, with their keys, which are fetched in the background.
///
/// It lives as long as the service; a reload replaces the issuers, and those whose source is unchanged keep their keys.
package final class TokenIssuers: Sendable {
    /// An issuer of the configuration.
    package struct Issuer: Sendable, Equatable {
        package var rules: TokenRules
        package var source: KeySource

        package init(rules: TokenRules, source: KeySource) {
            self.rules = rules
            self.source = source
        }
    }

    /// An issuer in force.
    private struct Entry: Sendable {
        let rules: TokenRules
        let keys: IssuerKeys

        func verify(
            _ token: UnverifiedToken,
            by keys: JSONWebKeySet?,
            now: Int64
        ) throws(TokenFault) -> VerifiedToken {
            guard let keys else { throw .keysUnavailable }
            return try TokenVerifier(rules: rules, keys: keys).verify(token, now: now)
        }
    }

    /// The time between two looks at what is due.
    private static let tickInterval = Duration.milliseconds(500)

    private let logger: Logger
    private let send: EndpointSend
    private let clock: GatewayClock
    private let jitter: @Sendable () -> Int64
    private let entries = Mutex<[Entry]>([])
    private let background = Mutex<Task<Void, Never>?>(nil)

    /// Creates the issuers without keys; ``start()`` fetches them.
    ///
    /// `jitter` returns 0 to 999.
    package init(
        _ issuers: [Issuer],
        logger: Logger,
        clock: GatewayClock = .system,
        send: @escaping EndpointSend = EndpointSender.send,
        jitter: @escaping @Sendable () -> Int64 = { .random(in: 0..<1000) }
    ) {
        self.logger = logger
        self.send = send
        self.clock = clock
        self.jitter = jitter
        replace(by: issuers)
    }

    /// Begins to fetch keys, until ``stop()``.
    package func start() {
        let task = Task { [weak self] in
            while !Task.isCancelled {
                self?.tick()
                try? await Task.sleep(for: Self.tickInterval)
                guard self != nil else { return }
            }
        }
        let old = background.withLock { background in
            defer { background = task }
            return background
        }
        old?.cancel()
    }

    /// Ends the fetches.
    package func stop() {
        background.withLock { $0.take() }?.cancel()
        for entry in entries.withLock({ $0 }) { entry.keys.stop() }
    }

    /// Puts other issuers in force.
    package func replace(by issuers: [Issuer]) {
        let dropped = entries.withLock { entries in
            let old = entries
            entries = issuers.map { issuer in
                guard let keys = old.first(where: { $0.keys.source.isPlace(of: issuer.source) })?.keys else {
                    return Entry(rules: issuer.rules, keys: makeKeys(issuer, succeeding: nil))
                }
                let isUnchanged = keys.source == issuer.source
                return Entry(
                    rules: issuer.rules,
                    keys: isUnchanged ? keys : makeKeys(issuer, succeeding: keys)
                )
            }
            return old.filter { old in !entries.contains { $0.keys === old.keys } }
        }
        for entry in dropped { entry.keys.stop() }
        if background.withLock({ $0 != nil }) { tick() }
    }

    /// Verifies a token with the keys that are there, at a time in seconds since 1970.
    ///
    /// It never waits. A missing key starts a fetch in the background, if one may start.
    package func verify(_ token: [UInt8], now: Int64) throws(TokenFault) -> VerifiedToken {
        let token = try UnverifiedToken(token)
        let entry = try entry(for: token)
        let snapshot = entry.keys.current
        do {
            return try entry.verify(token, by: snapshot.keys, now: now)
        } catch {
            guard error.isMissingKey, entry.keys.missed(error.missingKeyID, in: snapshot) == .changed else {
                throw error
            }
        }
        return try entry.verify(token, by: entry.keys.current.keys, now: now)
    }

    /// Verifies a token as ``verify(_:now:)`` does, and waits for a fetch in flight where the key is missing.
    ///
    /// It waits 2 s at most, and then refuses the token: so a request that comes before the first keys gets a response
    /// in time.
    package func verified(_ token: [UInt8], now: Int64) async throws(TokenFault) -> VerifiedToken {
        let token = try UnverifiedToken(token)
        let entry = try entry(for: token)
        let snapshot = entry.keys.current
        do {
            return try entry.verify(token, by: snapshot.keys, now: now)
        } catch {
            guard error.isMissingKey else { throw error }
            switch entry.keys.missed(error.missingKeyID, in: snapshot) {
            case .changed: break
            case .mayWait: guard await entry.keys.fetchEnded() else { throw error }
            case .none: throw error
            }
        }
        do {
            return try entry.verify(token, by: entry.keys.current.keys, now: now)
        } catch {
            if error.isMissingKey { entry.keys.recordAbsent(error.missingKeyID, since: snapshot) }
            throw error
        }
    }

    /// The states of the issuers, in the order of the configuration.
    package var states: [TokenIssuerState] {
        entries.withLock { $0 }.map { entry in
            let state = entry.keys.state
            return TokenIssuerState(
                issuerName: entry.rules.issuerName,
                issuer: entry.rules.issuer,
                keys: state.keys?.count ?? 0,
                skippedKeys: state.keys?.skipped ?? 0,
                ageSeconds: state.ageSeconds,
                isUsable: entry.keys.current.keys != nil,
                fault: state.fault?.description
            )
        }
    }

    /// Starts the fetches that are due.
    private func tick() {
        for entry in entries.withLock({ $0 }) { entry.keys.tick() }
    }

    /// Returns the first issuer with exactly the `iss` of a token; which one is all that the token decides.
    private func entry(for token: UnverifiedToken) throws(TokenFault) -> Entry {
        let entry = entries.withLock { entries in
            entries.first { $0.rules.issuer.utf8.elementsEqual(token.issuer.utf8) }
        }
        guard let entry else { throw .unknownIssuer(token.issuer) }
        return entry
    }

    private func makeKeys(_ issuer: Issuer, succeeding old: IssuerKeys?) -> IssuerKeys {
        let log = KeySetLog(issuerName: issuer.rules.issuerName, logger: logger)
        return IssuerKeys(
            issuer.source,
            succeeding: old,
            log: log,
            send: send,
            clock: clock,
            jitter: jitter
        )
    }
}

extension TokenFault {
    /// Whether other keys may let the token pass.
    fileprivate var isMissingKey: Bool {
        switch self {
        case .unknownKey, .keysUnavailable: true
        default: false
        }
    }

    /// The name of the missing key; nil for a token without one, and before the first keys.
    fileprivate var missingKeyID: String? {
        if case .unknownKey(let keyID) = self { keyID } else { nil }
    }
}
