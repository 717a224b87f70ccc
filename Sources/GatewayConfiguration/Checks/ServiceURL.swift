internal import Foundation
internal import Serving

/// A URL that has a scheme and an authority, and nothing else.
struct ServiceURL: Equatable {
    let scheme: String
    let host: String
    let port: Int?
    let hasUserInfo: Bool

    /// Reads `https://host`, `http://host:8080` or `https://[::1]:8443`; a lone `/` at the end is dropped.
    init?(_ text: String) {
        guard text.utf8.count <= 2048, let colon = text.range(of: "://") else { return nil }
        scheme = String(text[..<colon.lowerBound]).lowercased()
        guard scheme == "https" || scheme == "http" else { return nil }
        var authority = text[colon.upperBound...]
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        if let at = authority.lastIndex(of: "@") {
            hasUserInfo = true
            authority = authority[authority.index(after: at)...]
        } else {
            hasUserInfo = false
        }
        var name = authority
        // A colon behind the last bracket begins the port.
        if let separator = authority.lastIndex(of: ":"), !authority[separator...].contains("]") {
            guard let number = WholeNumber.parse(authority[authority.index(after: separator)...]),
                (1...65_535).contains(number)
            else { return nil }
            port = Int(number)
            name = authority[..<separator]
        } else {
            port = nil
        }
        // The one reader of host names removes the brackets of an address.
        guard !name.isEmpty, case .tcp(let host, _) = try? ListenAddress(parsing: "\(name):0"),
            host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !Self.delimiters.contains($0) })
        else {
            return nil
        }
        self.host = host
    }

    /// The characters that would begin another part of a URL.
    private static let delimiters = Set("?#\\".utf8)

    /// The URL with its user and password blotted out.
    var redacted: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://" + (hasUserInfo ? "<redacted>@" : "") + name + (port.map { ":\($0)" } ?? "")
    }
}
