internal import CognitoSync
internal import HTTPTypes
internal import Messages

/// A request to the admin listener, read from method, path and query.
enum AdminRequest: Equatable {
    case page
    case liveness
    case readiness(verbose: Bool)
    case metrics
    case status
    case purge(PurgeScope)
    case reload
    case drain
    /// Events of Cognito Streams, in the body.
    case streams
    case explain(ListRecords)

    /// The right that a request needs.
    enum Need: Equatable {
        /// None: the request shows the state of the service.
        case nothing
        /// That to see the data of one identity.
        case insight
        /// That to change the service; no change answers to GET.
        case change
        /// That to send events of Cognito Streams.
        case streams
    }

    var need: Need {
        switch self {
        case .page, .liveness, .readiness, .metrics, .status: .nothing
        case .explain: .insight
        case .purge, .reload, .drain: .change
        case .streams: .streams
        }
    }

    init(_ request: Request) throws(AdminError) {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var query = try AdminQuery(parts.count > 1 ? String(parts[1]) : "")
        let path = String(parts[0])
        let allowed = Self.methods(path)
        guard !allowed.isEmpty else { throw .notFound }
        guard allowed.contains(request.head.method) else {
            throw .methodNotAllowed(allowed.map(\.rawValue).joined(separator: ", "))
        }
        switch path {
        case "/": self = .page
        case "/livez": self = .liveness
        case "/readyz":
            self = .readiness(verbose: query.take("verbose").map { $0 != "false" && $0 != "0" } ?? false)
        case "/metrics": self = .metrics
        case "/status": self = .status
        case "/cache": self = .purge(try PurgeScope(&query))
        case "/reload": self = .reload
        case "/drain": self = .drain
        case "/streams": self = .streams
        case "/explain": self = .explain(try ListRecords(&query))
        default: throw .notFound
        }
        // A misspelled parameter of a purge must not purge everything. Scrapers may add any parameter to a
        // GET.
        if need != .nothing { try query.finish() }
    }

    private static func methods(_ path: String) -> [HTTPRequest.Method] {
        paths.first { $0.path == path }?.methods ?? []
    }

    /// Every path with its methods.
    private static let paths: [(path: String, methods: [HTTPRequest.Method])] = [
        ("/", [.get, .head]), ("/livez", [.get, .head]), ("/readyz", [.get, .head]),
        ("/metrics", [.get, .head]),
        ("/status", [.get, .head]), ("/explain", [.get, .head]), ("/cache", [.delete]), ("/reload", [.post]),
        ("/drain", [.post]), ("/streams", [.post]),
    ]

    /// Every path with its first method, for a request that misses them all.
    static let pages = paths.map { "\($0.methods.first?.rawValue ?? "") \($0.path)" }
}

extension PurgeScope {
    fileprivate init(_ query: inout AdminQuery) throws(AdminError) {
        pool = try query.take("pool", IdentityPoolID.init)
        identity = try query.take("identity", IdentityID.init)
        dataset = try query.take("dataset", DatasetName.init)
        guard identity == nil || pool != nil else {
            throw .badRequest("'identity' is given without 'pool'; add it")
        }
        guard dataset == nil || identity != nil else {
            throw .badRequest("'dataset' is given without 'identity'; add it")
        }
    }
}

extension ListRecords {
    /// Creates the read of a first page.
    ///
    /// - Throws: `badRequest` if a parameter is missing or invalid.
    fileprivate init(_ query: inout AdminQuery) throws(AdminError) {
        let owner = IdentityScope(
            pool: try query.require("pool", IdentityPoolID.init),
            identity: try query.require("identity", IdentityID.init)
        )
        let dataset = try query.require("dataset", DatasetName.init)
        self.init(
            scope: DatasetScope(owner: owner, dataset: dataset),
            lastSyncCount: try query.take("lastSyncCount", PlainCount.value),
            paging: Paging(maxResults: try query.take("maxResults", PlainCount.value))
        )
    }
}

/// The parameters of a query, each given once.
///
/// They are taken out one by one.
struct AdminQuery {
    private var parameters: [String: String] = [:]

    init(_ text: String) throws(AdminError) {
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(sides[0]), let value = Self.decode(sides.count > 1 ? sides[1] : "")
            else {
                throw .badRequest("the query is not percent-encoded UTF-8")
            }
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw .badRequest("the parameter '\(name)' is given twice; give it once")
            }
        }
    }

    mutating func take(_ name: String) -> String? { parameters.removeValue(forKey: name) }

    /// Takes out a parameter and parses it; nil if it is not given.
    ///
    /// An empty value is an error and not "any": a script whose variable is unset must not purge everything.
    ///
    /// - Throws: `badRequest` if the value is not valid.
    mutating func take<Value>(_ name: String, _ read: (String) -> Value?) throws(AdminError) -> Value? {
        guard let text = take(name) else { return nil }
        guard let value = read(text) else { throw .badRequest("the parameter '\(name)' is not valid") }
        return value
    }

    mutating func require<Value>(_ name: String, _ read: (String) -> Value?) throws(AdminError) -> Value {
        guard let value = try take(name, read) else {
            throw .badRequest("the parameter '\(name)' is missing; add it")
        }
        return value
    }

    /// Checks that every parameter was taken.
    func finish() throws(AdminError) {
        guard let name = parameters.keys.min() else { return }
        throw .badRequest("the parameter '\(name)' is unknown; leave it out")
    }

    private static func decode(_ text: Substring) -> String? {
        PercentCoding.decodeLeniently(text.utf8).flatMap { String(validating: $0, as: UTF8.self) }
    }
}

/// A refusal of the admin listener.
enum AdminError: Error, Equatable {
    case badRequest(String)
    /// A token that is missing or wrong.
    case unauthorized
    /// A `Host` that this listener does not serve.
    case misdirected
    /// An `Origin` that only a web page sends.
    case forbidden(String)
    /// A change that no token of the configuration permits.
    case denied(String)
    case notFound
    case methodNotAllowed(String)
}
