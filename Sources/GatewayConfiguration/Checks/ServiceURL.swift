internal import Messages

/// A URL that has a scheme and an authority, and nothing else; a proxy may have a user and a password too.
struct ServiceURL: Equatable {
    let origin: Origin
    let hasUserInfo: Bool

    var scheme: Origin.Scheme { origin.scheme }
    var host: String { origin.host }

    /// Reads `https://host`, `http://host:8080` or `https://[::1]:8443`; a lone `/` at the end is dropped.
    ///
    /// All but the user is read by ``Origin``, as upstream reads it.
    init?(_ text: String) {
        guard text.utf8.count <= 2048, let mark = text.firstRange(of: "://") else { return nil }
        var authority = text[mark.upperBound...]
        if let end = authority.firstIndex(of: "@") {
            // A delimiter in the password would end the authority for other readers (RFC 3986 section 3.2.1).
            guard authority[..<end].utf8.allSatisfy({ Self.isUserInfo($0) }) else { return nil }
            authority = authority[authority.index(after: end)...]
            hasUserInfo = true
        } else {
            hasUserInfo = false
        }
        guard let origin = Origin("\(text[..<mark.upperBound])\(authority)") else { return nil }
        self.origin = origin
    }

    private static func isUserInfo(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"/?#\\[]@".utf8.contains(byte)
    }

    /// The URL with its user and password blotted out.
    var redacted: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(scheme.rawValue)://" + (hasUserInfo ? "<redacted>@" : "") + host
            + (origin.port.map { ":\($0)" } ?? "")
    }
}
