internal import Messages

/// A mark of a request that a named caller may have.
package enum CallerCandidate: Sendable, Hashable {
    /// A subject alternative name of the kind URI: `spiffe://prod/ns/profile/sa/default`.
    case uri(String)
    /// A subject alternative name of the kind DNS, in lower case: `dns:profile.example`, or without `dns:`.
    case dns(String)
    /// An API key by its name: `key:profile`.
    case key(String)
    /// A token by the name of its issuer and its claim of the caller: `jwt:cluster:system:serviceaccount:ns:name`.
    case token(issuer: String, caller: String)
    /// The user at the other end of a Unix socket: `uid:1000`.
    case user(UInt32)

    /// The longest candidate in bytes.
    static let longest = 2048

    /// Reads a candidate; nil for a text of another form.
    package init?(_ text: String) {
        guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy(\.isVisible) else {
            return nil
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            guard Self.isHost(parts[0]) else { return nil }
            self = .dns(text.lowercased())
            return
        }
        let rest = parts[1]
        switch parts[0] {
        case "dns":
            guard Self.isHost(rest) else { return nil }
            self = .dns(rest.lowercased())
        case "key":
            guard Self.isName(rest) else { return nil }
            self = .key(String(rest))
        case "jwt":
            let names = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard names.count == 2, Self.isName(names[0]), !names[1].isEmpty else { return nil }
            self = .token(issuer: String(names[0]), caller: String(names[1]))
        case "uid":
            guard let number = UInt32(rest), String(number) == rest else { return nil }
            self = .user(number)
        case "spiffe":
            guard Self.isSPIFFE(rest) else { return nil }
            self = .uri(text)
        default:
            let isURN = parts[0] == "urn" && !rest.isEmpty
            guard Self.isScheme(parts[0]), isURN || rest.hasPrefix("//") && rest.utf8.count > 2 else {
                return nil
            }
            self = .uri(text)
        }
    }

    /// The text of the candidate in its full form, by which callers are looked up.
    package var text: String {
        switch self {
        case .uri(let uri): uri
        case .dns(let name): "dns:\(name)"
        case .key(let name): "key:\(name)"
        case .token(let issuer, let caller): "jwt:\(issuer):\(caller)"
        case .user(let number): "uid:\(number)"
        }
    }

    /// Returns whether a text is a name of the configuration: 1 to 64 letters, digits and `.`, `_`, `-`.
    static func isName(_ text: some StringProtocol) -> Bool {
        (1...64).contains(text.utf8.count) && nameBytes.containsAll(text)
    }

    private static let nameBytes = ByteSet("a"..."z", "A"..."Z", "0"..."9", and: "._-")
    private static let schemeBytes = ByteSet("a"..."z", "0"..."9", and: "+-.")
    private static let trustDomainBytes = ByteSet("a"..."z", "0"..."9", and: "._-")
    private static let pathBytes = nameBytes

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !first.isDigit else { return false }
        return schemeBytes.containsAll(text)
    }

    private static func isHost(_ text: Substring) -> Bool { !text.contains(":") && HostName.isValid(text) }

    /// Returns whether `spiffe:` and a text are a SPIFFE ID: other names are in no certificate that is verified.
    private static func isSPIFFE(_ text: Substring) -> Bool {
        guard text.hasPrefix("//") else { return false }
        var segments = text.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false)[...]
        guard let domain = segments.popFirst(), (1...255).contains(domain.utf8.count),
            trustDomainBytes.containsAll(domain)
        else { return false }
        return segments.allSatisfy { !["", ".", ".."].contains($0) && pathBytes.containsAll($0) }
    }
}

extension ByteSet {
    fileprivate func containsAll(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy(contains) }
}
