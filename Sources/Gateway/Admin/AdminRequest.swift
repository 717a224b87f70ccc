internal import CognitoSync
internal import HTTPTypes
internal import Messages

/// What an operator asks for, read from a request's method, path and query.
enum AdminRequest: Equatable {
    case page
    case currentRuntime
    case ready(verbose: Bool)
    case metrics
    case status
    case purge(PurgeScope)
    case reload
    case drain
    /// Its body tells what changed.
    case streams
    case explain(ListRecords)

    /// Whether it alters anything, which never answers to GET, or tells of one identity.
    var needsToken: Bool {
        switch self {
        case .page, .currentRuntime, .ready, .metrics, .status: false
        case .purge, .reload, .drain, .streams, .explain: true
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
        case "/livez": self = .currentRuntime
        case "/readyz":
            self = .ready(verbose: query.take("verbose").map { $0 != "false" && $0 != "0" } ?? false)
        case "/metrics": self = .metrics
        case "/status": self = .status
        case "/cache": self = .purge(try PurgeScope(&query))
        case "/reload": self = .reload
        case "/drain": self = .drain
        case "/streams": self = .streams
        case "/explain": self = .explain(try ListRecords(&query))
        default: throw .notFound
        }
        // A misspelled parameter of a purge must not purge everything; scrapers may add what they like to a GET.
        if needsToken { try query.finish() }
    }

    private static func methods(_ path: String) -> [HTTPRequest.Method] {
        switch path {
        case "/", "/livez", "/readyz", "/metrics", "/status", "/explain": [.get, .head]
        case "/cache": [.delete]
        case "/reload", "/drain", "/streams": [.post]
        default: []
        }
    }
}

extension PurgeScope {
    fileprivate init(_ query: inout AdminQuery) throws(AdminError) {
        pool = try query.take("pool", IdentityPoolID.init)
        identity = try query.take("identity", IdentityID.init)
        dataset = try query.take("dataset", DatasetName.init)
        guard identity == nil || pool != nil else { throw .badRequest("identity needs pool") }
        guard dataset == nil || identity != nil else { throw .badRequest("dataset needs pool and identity") }
    }
}

extension ListRecords {
    /// A read of a first page.
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

/// The parameters of a query, each once, taken out one by one.
struct AdminQuery {
    private var parameters: [String: String] = [:]

    init(_ text: String) throws(AdminError) {
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(sides[0]), let value = Self.decode(sides.count > 1 ? sides[1] : "")
            else {
                throw .badRequest("the query is not well encoded")
            }
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw .badRequest("a parameter stands twice: \(name)")
            }
        }
    }

    mutating func take(_ name: String) -> String? { parameters.removeValue(forKey: name) }

    /// An empty value is an error and not "any": a script whose variable is unset must not purge everything.
    mutating func take<Value>(_ name: String, _ read: (String) -> Value?) throws(AdminError) -> Value? {
        guard let text = take(name) else { return nil }
        guard let value = read(text) else { throw .badRequest("not a valid \(name)") }
        return value
    }

    mutating func require<Value>(_ name: String, _ read: (String) -> Value?) throws(AdminError) -> Value {
        guard let value = try take(name, read) else { throw .badRequest("\(name) is missing") }
        return value
    }

    func finish() throws(AdminError) {
        guard let name = parameters.keys.min() else { return }
        throw .badRequest("no such parameter: \(name)")
    }

    private static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16),
                high != UInt8(ascii: "+")
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// Why the admin listener does not do what it was asked.
enum AdminError: Error, Equatable {
    case badRequest(String)
    /// The token is missing or wrong.
    case unauthorized
    /// A name or an origin from which nobody who means well asks.
    case forbidden(String)
    case notFound
    case methodNotAllowed(String)
}
