package import Messages

/// A plain GET that waits on its connection for an answer that is being made for another request.
///
/// Nothing of it has been decoded: a thousand that ask the same at once cost a thousand times this little. All but
/// `whenReady` is called once at most, on the connection's event loop: one of `answer`, `abandon`; and `respond`
/// after an `answer` that declined.
package protocol ParkedRequest: Sendable {
    /// Calls back once, from any thread, as soon as there is something to answer from.
    func whenReady(_ wake: @escaping @Sendable () -> Void)
    /// Writes the whole answer, or declines.
    ///
    /// What it writes must be the bytes that the long way would give.
    func answer(into response: inout ResponseBuffer) -> Bool
    /// The long way to the answer, of what has been waited for.
    func respond(to request: Request) -> PendingResponse
    /// The client hung up.
    func abandon()
}
