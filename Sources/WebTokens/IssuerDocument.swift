import CognitoSync

/// The two members in use of the discovery document of an issuer (OpenID Connect Discovery 1.0 section 3).
package struct IssuerDocument: Sendable, Equatable {
    package let issuer: String
    package let keySetURL: String

    /// Reads a document; nil if it is malformed or lacks one of the two.
    ///
    /// Issuers publish more than 64 members, so the bound for requests of callers does not hold.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= JSONWebKeySet.largest, let members = try? JSONMembers(bytes, from: .upstream),
            let issuer = try? members.text("issuer"), let url = try? members.text("jwks_uri")
        else { return nil }
        self.issuer = issuer
        keySetURL = url
    }
}
