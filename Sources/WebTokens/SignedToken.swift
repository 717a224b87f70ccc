import CognitoSync
package import Cryptography
import Messages

/// A token as it came: a JWS in the compact form (RFC 7515 section 7.1), read but not verified.
package struct SignedToken: Sendable {
    /// The longest token in bytes; those of the usual issuers have one to two thousand.
    package static let longest = 8 << 10
    /// The longest `kid` in bytes.
    private static let longestKeyID = 256

    /// The name of the algorithm, as the sender says.
    let algorithm: String
    /// The name of the key, as the sender says.
    let keyID: String?
    package let payload: [UInt8]
    /// The bytes that are signed.
    private let signed: [UInt8]
    private let signature: [UInt8]

    /// Reads a token: three parts in strict base64url, without padding and stray bits.
    package init(_ token: [UInt8]) throws(TokenFault) {
        guard token.count <= Self.longest else { throw .tooLong }
        let parts = token.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
        else { throw .malformed(.form) }
        self.payload = payload
        self.signature = signature
        signed = Array(token[..<parts[1].endIndex])
        (algorithm, keyID) = try Self.read(header)
    }

    /// Returns whether the token is signed by a key, with the algorithm that the header names.
    package func isSigned(by key: PublicKey, with algorithm: SignatureAlgorithm) -> Bool {
        key.verifies(signature, of: signed, by: algorithm)
    }

    /// Reads the header, and refuses each member that would let the sender choose the key or the rules.
    private static func read(_ header: [UInt8]) throws(TokenFault) -> (String, String?) {
        let algorithm: String?
        let type: String?
        let keyID: String?
        let members: JSONMembers
        do {
            members = try JSONMembers(header)
            algorithm = try members.text("alg")
            type = try members.text("typ")
            keyID = try members.text("kid")
        } catch {
            throw .malformed(.header)
        }
        for member in TokenFault.Member.allCases where members.contains(member.rawValue) {
            throw .refusedMember(member)
        }
        guard let algorithm, (keyID?.utf8.count ?? 0) <= longestKeyID else { throw .malformed(.header) }
        // A media type is compared without case, and may leave out its first part (RFC 7515 section 4.1.9).
        switch type?.lowercased() {
        case nil, "jwt", "at+jwt", "application/jwt", "application/at+jwt": break
        default: throw .unfitType
        }
        return (algorithm, keyID)
    }
}
