internal import Messages
internal import Serving

/// A URL without user, query and fragment; in the clear for loopback hosts only.
struct WebURL {
    let service: ServiceURL
    /// The path with its slash; empty where there is none.
    let path: Substring

    /// The form for a message.
    static let form = "https://HOST/PATH"

    /// Reads a URL; nil for another text.
    init?(_ text: String) {
        guard let (service, path) = Self.parts(text), !service.hasUserInfo,
            service.scheme == .https || LoopbackName.contains(service.host)
        else { return nil }
        self.service = service
        self.path = path
    }

    /// Returns the reason why a text is no such URL; nil where none is better than another.
    static func refusal(_ text: String) -> ValueRefusal? {
        guard text.contains("://") else {
            let guess = "https://\(text)"
            return ValueRefusal("has no scheme", WebURL(guess) == nil ? nil : guess)
        }
        if text.contains("?") || text.contains("#") { return ValueRefusal("has a query or a fragment") }
        guard let (service, _) = parts(text) else { return nil }
        if service.hasUserInfo { return ValueRefusal("has a user") }
        guard service.scheme == .http, !LoopbackName.contains(service.host) else { return nil }
        return ValueRefusal("is in the clear, so that anyone on the way can change it")
    }

    /// Whether the host is that of the user pools of a region.
    var isOfUserPool: Bool { service.host.lowercased().hasPrefix("cognito-idp.") }

    /// Whether tokens can have this issuer: that of a user pool has a region and the pool, and no more.
    var isIssuer: Bool {
        guard isOfUserPool else { return true }
        let pool = path.dropFirst()
        let host = "cognito-idp.\(pool.prefix { $0 != "_" }).amazonaws.com"
        return service.scheme == .https && service.origin.port == nil && pool.contains("_")
            && !pool.contains("/")
            && [host, "\(host).cn"].contains(service.host)
    }

    private static func parts(_ text: String) -> (ServiceURL, Substring)? {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy(\.isVisible), !text.contains("?"),
            !text.contains("#"),
            let mark = text.firstRange(of: "://")
        else { return nil }
        let end = text[mark.upperBound...].firstIndex(of: "/") ?? text.endIndex
        guard let service = ServiceURL(String(text[..<end])) else { return nil }
        return (service, text[end...])
    }
}
