import CognitoSync
import HTTPTypes
import Messages
import Testing

@testable import Emulator

/// A dataset of an identity in a store without a server, at a time that the test sets.
struct DatasetHarness {
    var store: DatasetStore
    var scope: DatasetScope
    var now = Timestamp(milliseconds: 1_413_836_234_607)

    init(
        _ rules: ServiceRules = ServiceRules(),
        identity: String = DemoData.identity,
        dataset: String = "scores"
    ) throws {
        store = DatasetStore(rules: rules)
        scope = try #require(DatasetScope(pool: DemoData.pool, identity: identity, dataset: dataset))
    }

    mutating func read(
        since count: Int64? = nil,
        max: Int64? = nil,
        next: String? = nil,
        token: String? = nil
    ) throws -> RecordsResponse {
        let request = ListRecords(
            scope: scope,
            lastSyncCount: count,
            paging: Paging(maxResults: max, nextToken: next),
            syncSessionToken: token
        )
        return try store.listRecords(request, at: now)
    }

    /// Writes with a new session token.
    @discardableResult
    mutating func write(_ patches: Patch...) throws -> [Record] {
        let token = try read().sessionToken
        return try store.updateRecords(scope, token: token, patches: patches, at: now)
    }

    /// Writes with a given session token.
    @discardableResult
    mutating func write(_ patch: Patch, token: String) throws -> [Record] {
        try store.updateRecords(scope, token: token, patches: [patch], at: now)
    }
}

extension Patch {
    static func replace(_ key: String, _ value: String, at count: Int64) -> Self {
        Self(key: key, value: value, syncCount: count)
    }

    static func remove(_ key: String, at count: Int64) -> Self {
        Self(key: key, value: nil, syncCount: count)
    }
}

extension RecordsResponse {
    var keys: [String] { records.map(\.key.text) }
    var values: [String?] { records.map(\.value) }
}

extension ServiceRules {
    static func with(_ change: (inout Self) -> Void) -> Self {
        var rules = Self()
        change(&rules)
        return rules
    }
}

/// Returns the operation of a REST request.
func operation(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") throws -> Operation {
    let head = HTTPRequest(method: method, scheme: "http", authority: "127.0.0.1", path: path)
    return try RequestDecoder.decode(Request(head: head, body: [UInt8](body.utf8))).operation
}

extension DatasetStore {
    /// Carries out an operation; returns the body of its response as text, or nil if there is none.
    mutating func text(_ operation: Operation, at milliseconds: Int64 = 1_413_836_234_607) throws -> String? {
        try execute(operation, at: Timestamp(milliseconds: milliseconds))
            .map { String(decoding: $0.encoded(nulls: rules.explicitNulls), as: UTF8.self) }
    }
}
