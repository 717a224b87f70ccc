/// The URL of a host alone that a wrong text probably means.
enum URLGuess {
    /// Returns the reason why a text is no such URL; nil where none is better than another.
    ///
    /// A user and a password are repeated nowhere.
    static func refusal(_ text: String, scheme: String) -> ValueRefusal? {
        guard let end = text.firstRange(of: "://")?.upperBound else {
            return ValueRefusal("has no scheme", valid("\(scheme)://\(text)"))
        }
        if text[end...].contains("@"), ServiceURL(text)?.hasUserInfo == true {
            return ValueRefusal("has a user, and requests to AWS have a signature")
        }
        let name = text[..<end].dropLast(3).lowercased()
        guard name == "http" || name == "https" else {
            return ValueRefusal("has another scheme than http and https")
        }
        let host = text[end...].prefix { !"/?#".contains($0) }
        guard !host.contains("@") else { return nil }
        guard host.endIndex < text.endIndex, let url = valid("\(text[..<end])\(host)") else { return nil }
        return ValueRefusal("has more than a host", url)
    }

    private static func valid(_ text: String) -> String? {
        ServiceURL(text).flatMap { $0.hasUserInfo ? nil : $0.redacted }
    }
}
