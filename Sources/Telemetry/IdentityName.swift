package import CognitoSync
internal import Cryptography
internal import Messages

/// The name of an identity in a log: one identity has one name, and no name leads back to the identity.
///
/// The hash covers the length of the pool ID too, so that no two pairs of pool and identity hash the same bytes.
package struct IdentityName: Sendable {
    private let form: IdentityForm
    private let salt: [UInt8]

    /// Creates names of one form.
    ///
    /// The salt is a secret, or random. With an empty salt, all who know an identity can find its lines.
    package init(form: IdentityForm, salt: [UInt8]) {
        self.form = form
        self.salt = salt
    }

    /// Returns the name of an identity within its pool.
    package func name(_ scope: IdentityScope) -> String {
        switch form {
        case .plain: return "\(scope.pool.text)/\(scope.identity.text)"
        case .hashed:
            let message = Array("\(scope.pool.text.utf8.count):\(scope.pool.text)\(scope.identity.text)".utf8)
            return Hexadecimal.text([UInt8](Digest.hmacSHA256(key: salt, message).prefix(8)))
        }
    }
}

/// The form of an identity in the access line.
package enum IdentityForm: String, CaseIterable, Sendable {
    /// The first 16 hexadecimal digits of a salted SHA-256.
    case hashed
    case plain
}
