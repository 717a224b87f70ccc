/// The outcome of a shared fetch.
package enum MetadataFetchOutcome<Response: Sendable>: Sendable {
    /// A whole, well-formed 200; `cost` is the bytes that it holds.
    case response(Response, cost: Int)
    /// Upstream said something else about what was asked for: that it does not exist, for instance.
    case error
    /// Nothing was learned: no response, or one about the moment only (5xx, 429).
    case failed
}
