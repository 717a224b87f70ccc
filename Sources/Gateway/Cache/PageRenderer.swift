import CognitoSync
import HTTPTypes
import Messages
import Policy

/// Makes answers from held states, tokens included.
package struct PageRenderer: Sendable {
    let walks: CursorTokens
    /// Nil where pages carry the service's own session tokens.
    let sessions: SessionTokens?

    package init(sealer: TokenSealer, sessions: SessionTokens?) {
        walks = CursorTokens(sealer: sealer)
        self.sessions = sessions
    }

    struct Page: Sendable {
        let page: CachedPage
        /// A token of a walk was given out.
        let hasNext: Bool
        /// When the session token in it has become too old to be given to anybody.
        let goodUntil: Instant
    }

    func has(_ key: PageKey, in state: CachedState) -> Bool { state.snapshot.answers(key) }

    /// Nil if the state does not have the answer.
    func render(_ key: PageKey, from state: CachedState, clock: GatewayClock) -> Page? {
        let seconds = clock.wall() / 1_000_000_000
        let token = sessions?.mint(for: key.dataset, now: seconds) ?? state.sessionToken
        let rendering = state.snapshot.render(key, sessionToken: token) { walks.seal($0, of: key.dataset) }
        guard let rendering else { return nil }
        var fields: HTTPFields = [.contentType: "application/json"]
        fields[.amznRequestID] = state.snapshot.requestID
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
