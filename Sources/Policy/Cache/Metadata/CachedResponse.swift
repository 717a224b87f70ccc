/// A response as it comes out of the table.
package struct CachedResponse<Response: Sendable>: Sendable {
    package let response: Response
    /// Nanoseconds since its fetch was sent.
    package let age: Int64
    /// Nanoseconds for which it is still served; at least 1.
    package let timeToLive: Int64
}
