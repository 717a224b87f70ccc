package import Messages

/// A plain GET that waits on its connection for the fetch of another request.
///
/// Nothing of it has been decoded, so each of a thousand equal requests at the same time costs very little.
///
/// The server calls either `respond(into:)` or `abandon`, at most once. It calls `respond(to:)` at most once:
/// after a `respond(into:)` that declined, or in its place while it drains. All these calls are on the event
/// loop of the connection.
package protocol ParkedRequest: Sendable {
    /// The fetch that it waits for; requests of one fetch are responded to together.
    var awaited: any Sendable & AnyObject { get }
    /// Calls `wake` once, from any thread, as soon as the fetch has ended.
    ///
    /// Called for the first request of a fetch on each event loop. The fetch must end, also after that request was
    /// abandoned.
    func whenReady(_ wake: @escaping @Sendable () -> Void)
    /// Writes the whole response, or declines.
    ///
    /// The bytes must be equal to those of the regular path.
    ///
    /// - Returns: False if it declines.
    func respond(into response: inout ResponseBuffer) -> Bool
    /// Responds on the regular path, from the result of the fetch.
    func respond(to request: Request) -> PendingResponse
    /// Ends the wait, because the connection was reset.
    func abandon()
}
