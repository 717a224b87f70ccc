/// The variables that Kubernetes and Docker set in each container beside a service.
///
/// A service named `syncgate-admin` makes names such as `SYNCGATE_ADMIN_SERVICE_HOST` and
/// `SYNCGATE_ADMIN_PORT_80_TCP_ADDR`. They begin as those of keys do, and nobody chose them.
enum ServiceLink {
    /// Returns whether a variable has the form of a service link, whatever stands before it.
    static func matches(_ variable: String, value: String) -> Bool {
        let words = variable.split(separator: "_", omittingEmptySubsequences: false)
        guard words.count > 1, let last = words.last else { return false }
        if words.suffix(2) == ["SERVICE", "HOST"] || words.suffix(2) == ["SERVICE", "PORT"] { return true }
        if variable.contains("_SERVICE_PORT_"), !last.isEmpty { return true }
        // The name of a missing key may end so too, such as LISTEN__PORT. A link is a URL.
        return hasProtocol(words)
            || last == "PORT" && (!variable.contains("__") || value.contains("://"))
    }

    /// Returns whether the words end as in `PORT_80_TCP` or `PORT_80_TCP_ADDR`.
    private static func hasProtocol(_ words: [Substring]) -> Bool {
        let words = ["ADDR", "PORT", "PROTO"].contains(words.last) ? words.dropLast() : words[...]
        guard words.count > 3, let kind = words.last, ["TCP", "UDP", "SCTP"].contains(kind) else {
            return false
        }
        let port = words[words.endIndex - 2]
        return words[words.endIndex - 3] == "PORT" && (1...5).contains(port.utf8.count)
            && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
