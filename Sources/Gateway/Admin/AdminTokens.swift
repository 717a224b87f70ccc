internal import Cryptography
package import SigV4

/// The tokens of the admin listener.
package struct AdminTokens: Sendable {
    /// The token that permits everything; nil if none is configured.
    package var admin: Secret?
    /// The token that permits stream events and nothing else; nil if none is configured.
    package var streams: Secret?

    package init(admin: Secret? = nil, streams: Secret? = nil) {
        self.admin = admin
        self.streams = streams
    }

    /// Whether a token is configured that permits stream events.
    var allowStreams: Bool { admin != nil || streams != nil }

    /// Returns whether the offered token permits what a request needs.
    ///
    /// Without an admin token, all but stream events are permitted.
    func permit(_ offered: Substring?, _ need: AdminRequest.Need) -> Bool {
        switch need {
        case .nothing: true
        case .insight, .change: admin.map { Self.equals($0, offered) } ?? true
        case .streams: [admin, streams].compactMap(\.self).contains { Self.equals($0, offered) }
        }
    }

    /// Returns whether a token is the offered one, in a time that shows nothing of it.
    private static func equals(_ token: Secret, _ offered: Substring?) -> Bool {
        guard let offered else { return false }
        // Hashed first, so that the time of the comparison does not even show the length.
        return Digest.equal(Digest.sha256(Array(offered.utf8)), Digest.sha256(Array(token.text.utf8)))
    }
}
