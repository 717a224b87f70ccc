import CognitoSync
import HTTPTypes
import Messages

/// A command to the emulator itself: an unsigned request below `/_emulator/`.
///
/// Parameters are an HTML form, in the query or the body, so that `curl -d` is enough:
/// - `POST faults` (one fault a line, as on the command line), `DELETE faults`
/// - `GET statistics`, `GET requests`
/// - `POST merge` (pool, from, into)
/// - `POST writes` (pool, identity, dataset, then pairs of key and value; a key without a value is removed)
/// - `POST options` (rules by name)
/// - `POST forget` (invalidates all session tokens given so far)
/// - `POST journal` (begins a journal), `GET journal`
/// - `POST reset`
struct ControlRequest {
    private let method: HTTPRequest.Method
    private let command: String
    private let query: String
    private let body: [UInt8]

    /// Creates a command, or returns nil for a request to the emulated API.
    init?(_ request: Request) {
        let prefix = "/_emulator/"
        guard let target = request.head.path, target.hasPrefix(prefix) else { return nil }
        let parts = target.dropFirst(prefix.count).split(
            separator: "?",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        method = request.head.method
        command = parts.first.map(String.init) ?? ""
        query = parts.count == 2 ? String(parts[1]) : ""
        body = request.body
    }

    /// Carries out the command; an error becomes a response too.
    func carryOut(on state: inout EmulatorState, options: EmulatorOptions, at now: Timestamp) -> Response {
        let requestID = state.mintRequestID()
        do {
            let document = try document(&state, options, now)
            return Response(document, requestID: requestID, nulls: true)
        } catch let error as ServiceError {
            return Response(error, requestID: requestID)
        } catch {
            return Response(.invalidParameter("\(error)"), requestID: requestID)
        }
    }

    private func document(
        _ state: inout EmulatorState,
        _ options: EmulatorOptions,
        _ now: Timestamp
    ) throws
        -> JSONValue
    {
        switch (command, method) {
        case ("faults", .post): try addFaults(to: &state.faults)
        case ("faults", .delete): state.faults.clear()
        case ("statistics", .get): return state.statistics.json
        case ("requests", .get): return .object([("requests", .array(state.log.newest.map(\.json)))])
        case ("merge", .post): try merge(in: &state.store, at: now)
        case ("writes", .post): return try write(to: &state.store, at: now)
        case ("options", .post):
            var rules = state.store.rules
            for (name, value) in try form() { try rules.set(name, to: value) }
            state.store.rules = rules
        case ("forget", .post): state.store.seed &+= 1
        case ("journal", .post): state.store.journal = Journal()
        case ("journal", .get): return (state.store.journal ?? Journal()).json
        case ("reset", .post): state = EmulatorState(options, at: now)
        case ("faults", _), ("statistics", _), ("requests", _), ("merge", _), ("writes", _), ("options", _),
            ("forget", _), ("journal", _), ("reset", _):
            throw ServiceError(
                status: 405,
                name: "MethodNotAllowedException",
                message: "command '\(command)' does not take \(method)"
            )
        default: throw ServiceError.notFound("the emulator has no command '\(command)'")
        }
        return .object([("done", .bool(true))])
    }

    /// Adds the faults of all lines, or none if a line is wrong.
    private func addFaults(to plan: inout FaultPlan) throws {
        let lines = String(decoding: body, as: UTF8.self).split(whereSeparator: \.isNewline)
        let faults = try lines.map { try Fault(parsing: String($0)) }
        guard !faults.isEmpty else { throw InputError("there is no fault in the body") }
        faults.forEach { plan.add($0) }
    }

    private func merge(in store: inout DatasetStore, at now: Timestamp) throws {
        let form = try form()
        guard let pool = IdentityPoolID(try form.value(of: "pool")),
            let loser = IdentityID(try form.value(of: "from")),
            let winner = IdentityID(try form.value(of: "into"))
        else { throw InputError("pool, from and into are identifiers") }
        try store.merge(loser, into: winner, of: pool, at: now)
    }

    private func write(to store: inout DatasetStore, at now: Timestamp) throws -> JSONValue {
        let form = try form()
        let scope = DatasetScope(
            pool: try form.value(of: "pool"),
            identity: try form.value(of: "identity"),
            dataset: try form.value(of: "dataset")
        )
        guard let scope else { throw InputError("pool, identity and dataset are identifiers") }
        var patches: [Patch] = []
        for (name, text) in form {
            switch name {
            case "key": patches.append(Patch(key: text, value: nil, syncCount: nil))
            case "value":
                guard let last = patches.indices.last else {
                    throw InputError("a value needs a key before it")
                }
                patches[last].value = text
            default: break
            }
        }
        guard !patches.isEmpty else { throw InputError("a write needs a key") }
        return .updated(try store.write(scope, patches, at: now))
    }

    private func form() throws(InputError) -> [(name: String, value: String)] {
        try FormText.pairs(query) + FormText.pairs(String(decoding: body, as: UTF8.self))
    }
}

extension [(name: String, value: String)] {
    fileprivate func value(of name: String) throws(InputError) -> String {
        guard let pair = first(where: { $0.name == name }) else { throw InputError("'\(name)' is missing") }
        return pair.value
    }
}

extension DatasetScope {
    /// Creates a scope from texts, or returns nil if one of them is not an identifier.
    init?(pool: String, identity: String, dataset: String) {
        guard let pool = IdentityPoolID(pool), let identity = IdentityID(identity),
            let dataset = DatasetName(dataset)
        else { return nil }
        self.init(owner: IdentityScope(pool: pool, identity: identity), dataset: dataset)
    }
}
