internal import Messages
internal import Serving

/// The address to listen on that a wrong text probably means.
enum AddressGuess {
    /// Returns the reason why a text is no address; nil where none is better than another.
    static func refusal(_ text: String) -> ValueRefusal? {
        if let end = text.firstRange(of: "://")?.upperBound {
            let rest = text[end...].prefix { $0 != "/" }
            return ValueRefusal("is a URL", valid(String(rest)))
        }
        if text.hasPrefix("/") { return ValueRefusal("is a path", valid("unix:" + text)) }
        if WholeNumber.parse(text) != nil { return ValueRefusal("has no host", valid("127.0.0.1:" + text)) }
        if text.hasPrefix("*:") || text.hasPrefix(":") && !text.hasPrefix("::") {
            return ValueRefusal("has no host", valid("0.0.0.0:" + text.drop { "*:".contains($0) }))
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count > 2, !text.contains("["), let port = parts.last {
            return ValueRefusal(
                "has no brackets around the IPv6 address",
                valid("[\(parts.dropLast().joined(separator: ":"))]:\(port)")
            )
        }
        if parts.count == 1, HostName.isValid(parts[0]) { return ValueRefusal("has no port") }
        guard let port = parts.last, parts.count == 2 else { return nil }
        guard let number = WholeNumber.parse(port) else { return ValueRefusal("has no port") }
        return number > 65_535 ? ValueRefusal("has a port above 65535") : nil
    }

    /// Returns a text that can be listened on; nil for another one.
    private static func valid(_ text: String) -> String? {
        (try? ListenAddress(parsing: text)).map { "\($0)" }
    }
}
