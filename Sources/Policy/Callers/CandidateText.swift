import Messages

/// The texts of candidates, as the configuration has them and as requests lead to them.
///
/// Each kind has a prefix of its own. A certificate cannot pass for an API key: a URI counts only if `//` follows on
/// its scheme, or if it is a URN.
package enum CandidateText {
    /// Returns the candidate of a URI in a certificate, compared byte by byte; nil for one that never counts.
    package static func uri(_ uri: String) -> String? {
        guard let colon = uri.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = uri.utf8[colon...].dropFirst()
        return rest.starts(with: "//".utf8) || uri[..<colon] == "urn" ? uri : nil
    }

    /// Returns the candidate of a DNS name in a certificate, in any case.
    package static func dns(_ name: String) -> String { "dns:\(name.lowercased())" }

    /// Returns the candidate of an API key by its name.
    package static func key(_ name: String) -> String { "key:\(name)" }

    /// Returns the candidate of a token by the name of its issuer and its claim of the caller.
    package static func token(issuer: String, caller: String) -> String { "jwt:\(issuer):\(caller)" }

    /// Returns the candidate of the user at the other end of a Unix socket.
    package static func user(_ number: UInt32) -> String { "uid:\(number)" }
}
