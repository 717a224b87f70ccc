import CognitoSync
import GatewayConfiguration
import HTTPTypes
import Messages
import Policy
import Serving
import Synchronization

/// The rules of a configuration about callers: how they are known, and what each may do.
///
/// They belong to one generation. Nothing in them waits: a token is verified by ``tokens``, beside the event loop.
package final class CallerRules: Sendable {
    /// The time for which a verified token is remembered, if it does not end before.
    static let memory: Int64 = 60_000_000_000

    let generation: UInt64
    let tokens: (any TokenVerification)?
    let dryRun: Bool
    /// The header field with the API key; nil where there are no keys.
    let keyField: HTTPField.Name?
    let keys: APIKeys?
    private let directory: CallerDirectory?
    private let accounts: [CallerAccount]
    /// The callers with a grant for their own identities, whose rights depend on their token.
    private let owners: Set<Int>
    private let isRequired: Bool
    private let trusted: [CertificateName]
    private let trustsUsers: Bool
    /// The permits of callers whose rights are like those of no other.
    private let nextPermit = Atomic<UInt64>(1 << 32)

    /// Makes the rules; nil for a configuration that knows no callers.
    init?(
        _ callers: Configuration.Callers,
        accounts: CallerAccounts,
        keys: APIKeys?,
        tokens: (any TokenVerification)? = nil,
        generation: UInt64
    ) {
        guard callers.knowsCallers else { return nil }
        self.generation = generation
        self.keys = keys
        self.tokens = tokens
        keyField = keys == nil ? nil : HTTPField.Name(callers.by.apiKey.header)
        dryRun = callers.dryRun
        isRequired = callers.required || callers.list != nil
        trusted = callers.by.certificate.trust
        trustsUsers = callers.by.unix
        let list = callers.list ?? []
        directory = CallerDirectory(callers)
        self.accounts = accounts.accounts(of: list)
        owners = Set(list.indices.filter { list[$0].grants.contains { $0.identities == .own } })
    }

    /// Makes the rules with the issuers of the service, where the configuration names any.
    convenience init?(
        _ callers: Configuration.Callers,
        accounts: CallerAccounts,
        keys: APIKeys?,
        issuers: TokenIssuers,
        generation: UInt64
    ) {
        let tokens = callers.by.jwt.isEmpty ? nil : issuers
        self.init(callers, accounts: accounts, keys: keys, tokens: tokens, generation: generation)
    }

    /// Returns the marks of a connection, which no header field can change.
    ///
    /// A certificate with a SPIFFE ID has no other URI, or it names nobody (SPIFFE X.509-SVID section 5.2). The common
    /// name never counts.
    func marks(of caller: Caller) -> CallerMarks {
        var marks = CallerMarks()
        if let names = caller.certificate {
            let isUnfit = names.uris.count > 1 && names.uris.contains { $0.lowercased().hasPrefix("spiffe:") }
            if !isUnfit, trusted.contains(.uri) { marks.texts += names.uris.compactMap(CandidateText.uri) }
            if !isUnfit, trusted.contains(.dns) { marks.texts += names.dns.map(CandidateText.dns) }
        }
        if trustsUsers, let userID = caller.userID { marks.texts.append(CandidateText.user(userID)) }
        return marks
    }

    /// Returns the mark of an API key.
    func mark(ofKey key: [UInt8]) throws(CallerFault) -> String {
        guard let name = keys?.name(of: key) else { throw .key }
        return CandidateText.key(name)
    }

    /// Takes a token out of a request, which any other use of `Authorization` is not.
    func takeToken(out request: inout Request) {
        guard tokens != nil, let value = request.head.headerFields[.authorization],
            BearerToken.of(value) != nil
        else { return }
        request.head.headerFields[.authorization] = nil
    }

    /// Concludes from all marks of a request who its caller is; nil for nobody, where that is allowed.
    func conclude(_ marks: CallerMarks, until: Instant) throws(CallerFault) -> KnownCaller? {
        guard let directory else {
            guard let first = marks.texts.first else {
                if isRequired { throw .nothing }
                return nil
            }
            return KnownCaller(
                name: first,
                number: nil,
                account: nil,
                permit: 1,
                generation: generation,
                until: until
            )
        }
        guard let number = directory.number(of: marks.texts) else {
            throw marks.texts.isEmpty ? .nothing : .unlisted
        }
        let permit =
            owners.contains(number)
            ? nextPermit.add(1, ordering: .relaxed).oldValue : UInt64(number) + 1
        return KnownCaller(
            name: directory.names[number],
            number: number,
            account: accounts[number],
            own: marks.own,
            permit: permit,
            generation: generation,
            until: until
        )
    }

    /// Returns the reason why no grant covers an operation; nil if one does.
    func refusal(of operation: Operation, by known: KnownCaller?) -> CallerRefusal? {
        guard let directory else { return nil }
        // Without dry run, a request of nobody has not come so far.
        guard let known, let number = known.number else { return dryRun ? nil : .operation }
        switch directory.decide(number, operation, own: known.own) {
        case .allowed: return nil
        case .refused(let refusal): return refusal
        }
    }
}

/// The marks of a request by which its caller may be known.
struct CallerMarks: Sendable {
    var texts: [String] = []
    /// The identities that a verified token names.
    var own: [IdentityID] = []
}

extension Configuration.Callers {
    /// Whether anything is configured by which callers are known, or must be.
    var knowsCallers: Bool {
        required || list != nil || by.unix || by.apiKey.file != nil || !by.jwt.isEmpty
    }
}
