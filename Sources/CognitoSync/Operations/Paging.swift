/// The two parameters of every listing.
package struct Paging: Hashable, Sendable {
    /// The number that the caller sent; the model has no bounds for it.
    package var maxResults: Int64?
    /// An opaque token of printable ASCII; never empty.
    package var nextToken: String?

    package init(maxResults: Int64? = nil, nextToken: String? = nil) {
        self.maxResults = maxResults
        self.nextToken = nextToken
    }
}
