import CognitoSync
import HTTPTypes
import Messages
import Policy

/// The renderer of pages from cached states, tokens included.
package struct PageRenderer: Sendable {
    let cursors: CursorTokens
    /// The session tokens of the gateway's own; nil where pages carry those of AWS.
    let sessions: SessionTokens?

    package init(sealer: TokenSealer, sessions: SessionTokens?) {
        cursors = CursorTokens(sealer: sealer)
        self.sessions = sessions
    }

    struct Page: Sendable {
        let page: CachedPage
        /// Whether the page carries a cursor to a next one.
        let hasNext: Bool
        /// The moment from which the session token in the page is too old for a response.
        let goodUntil: Instant
    }

    /// Returns whether the state has the page.
    func has(_ key: PageKey, in state: CachedState) -> Bool { state.snapshot.serves(key) }

    /// Returns the page; nil if the state does not have it.
    ///
    /// `carried` is the session token of AWS on the pages before, where pages carry those: a pagination has one.
    func render(
        _ key: PageKey,
        from state: CachedState,
        carried: String? = nil,
        clock: GatewayClock
    ) -> Page? {
        let seconds = clock.wall() / 1_000_000_000
        let token =
            sessions?.token(of: key.dataset, in: state.snapshot, now: seconds) ?? state.sessionToken
            ?? carried
        let rendering = state.snapshot.render(key, sessionToken: token) {
            // A token of AWS goes with the cursor to the next page of the same caller.
            cursors.seal($0, carrying: sessions == nil ? token : nil, of: key.dataset)
        }
        guard let rendering else { return nil }
        var fields: HTTPFields = [.contentType: "application/json"]
        if let id = state.snapshot.requestID { fields.append(HTTPField(name: .amznRequestID, value: id)) }
        let response = Response(
            head: HTTPResponse(status: .ok, headerFields: fields),
            body: rendering.body
        )
        var goodUntil = Instant(nanoseconds: .max)
        if let renewal = sessions?.renewal(after: seconds) {
            goodUntil = clock.monotonic().advanced(byNanoseconds: (renewal &- seconds) &* 1_000_000_000)
        }
        return Page(
            page: CachedPage(response, isAbsent: state.snapshot.isAbsent),
            hasNext: rendering.next != nil,
            goodUntil: goodUntil
        )
    }
}
