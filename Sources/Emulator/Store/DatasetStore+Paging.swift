import CognitoSync
import Messages

/// The last key of the previous page; a NextToken is its Base64 and nothing else.
///
/// The published sample of ListIdentityPoolUsage decodes to the identifier of the last pool.
struct Cursor {
    let lastKey: String

    /// Creates a cursor, or returns nil without a token.
    init?(_ paging: Paging) throws(ServiceError) {
        guard let token = paging.nextToken else { return nil }
        guard let bytes = Base64.decode(token), let text = String(validating: bytes, as: UTF8.self) else {
            throw .invalidParameter("Invalid NextToken")
        }
        lastKey = text
    }
}

extension RecordKey {
    init(_ cursor: Cursor) { self.init(cursor.lastKey) }
}

/// A page of items that are listed by name.
package struct Listing<Item: Sendable>: Sendable {
    package var items: [Item]
    package var nextToken: String?
    package var maxResults: Int
}

extension DatasetStore {
    func pageSize(_ paging: Paging, default limit: Int64) throws(ServiceError) -> Int {
        guard let requested = paging.maxResults else { return Int(clamping: limit) }
        if rules.maxResultsOutOfRange == .refused, !(1...1024).contains(requested) {
            throw .maxResults(requested)
        }
        return Int(min(max(requested, 1), 1024))
    }

    func list<Item>(
        _ items: [(name: String, item: Item)],
        _ paging: Paging
    ) throws(ServiceError) -> Listing<Item> {
        let limit = try pageSize(paging, default: rules.usagePageLimit)
        let cursor = try Cursor(paging)
        let rest = items.sorted { $0.name < $1.name }.drop { cursor.map(\.lastKey) ?? "" >= $0.name }
        let page = rest.prefix(limit)
        let goesOn = rest.count > limit || (rules.tokenAfterFullPage && page.count == limit)
        return Listing(
            items: page.map(\.item),
            nextToken: goesOn ? page.last.map { Base64.encode([UInt8]($0.name.utf8)) } : nil,
            maxResults: limit
        )
    }
}
