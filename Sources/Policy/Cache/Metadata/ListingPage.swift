package import CognitoSync

/// The page of a listing that a request asks for.
///
/// The token is held as bytes: `String ==` would treat canonically equivalent text as equal, the service need not.
package struct ListingPage: Hashable, Sendable {
    package let maxResults: Int64?
    package let nextToken: [UInt8]?

    package init(_ paging: Paging) {
        maxResults = paging.maxResults
        nextToken = paging.nextToken.map { Array($0.utf8) }
    }

    func append(to key: inout KeyBytes) {
        key.append(maxResults)
        key.append(nextToken)
    }
}
