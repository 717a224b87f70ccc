/// The names of header fields that concern one connection alone and are never forwarded (RFC 9110 section
/// 7.6.1).
///
/// A sender of messages sets these fields itself. Each side adds the names that it also sets or reads by
/// itself.
package struct HopByHopFields: Sendable {
    private static let names = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    /// The names at the index of their lengths: few of them have the same length.
    private let byLength: [[String]]

    /// Creates the set of the common names and of others, all in lower case.
    package init(and others: [String] = []) {
        let names = Self.names + others
        let longest = names.map(\.utf8.count).max() ?? 0
        byLength = (0...longest).map { length in names.filter { $0.utf8.count == length } }
    }

    /// Returns whether a name in lower case is in the set.
    package func contains(_ name: String) -> Bool {
        let length = name.utf8.count
        return length < byLength.count && byLength[length].contains(name)
    }
}
