/// A page as it comes out of the table.
package struct PageHit<Page: Sendable>: Sendable {
    package let page: Page
    /// Nanoseconds since the fetch that last validated the state was sent.
    package let age: Int64
    /// Nanoseconds for which the page stays fresh.
    package let timeToLive: Int64
    /// The right to serve the page again without the table.
    package let lease: PageLease
}
