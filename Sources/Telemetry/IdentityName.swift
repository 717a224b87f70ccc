package import CognitoSync
internal import SigV4

/// How an identity is told in a log: the same one by the same name, and no name leads back to it.
///
/// Pool and identity are hashed with their lengths, so that no two pairs run into each other.
package struct IdentityName: Sendable {
    private let form: IdentityForm
    private let salt: [UInt8]

    /// An empty salt lets anybody who knows an identity find its lines: give a secret or a random one.
    package init(form: IdentityForm, salt: [UInt8]) {
        self.form = form
        self.salt = salt
    }

    package func name(_ scope: IdentityScope) -> String {
        switch form {
        case .plain: return "\(scope.pool.text)/\(scope.identity.text)"
        case .hashed:
            let message = Array("\(scope.pool.text.utf8.count):\(scope.pool.text)\(scope.identity.text)".utf8)
            return Digest.hmacSHA256(key: salt, message).prefix(8)
                .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}
