import CognitoSync
import Cryptography
import Messages

/// A session token: opaque, for one dataset of one identity, until it expires.
///
/// A live token is Base64 of gzip of `base64(JSON):1:base64(32 bytes)`. Its JSON has the session, the
/// expiration in milliseconds since 1970, the identity and the dataset, and neither pool nor count. This
/// token has the same form. Its text contains `+` and `/`, so it has to be encoded in a query. Its 32 bytes
/// are an authentication code over the pool and the JSON, under the seed of the store: the store does not
/// keep the tokens that it gives.
struct SessionToken: Equatable {
    /// The identifier of the session, which no other token has.
    let session: String
    let expiry: Timestamp

    func text(for scope: DatasetScope, seed: UInt64) -> String {
        let json = JSONValue.object([
            ("sessionId", .string(session)),
            ("expiration", .integer(expiry.milliseconds)),
            ("identityId", .string(scope.owner.identity.text)),
            ("datasetName", .string(scope.dataset.text)),
        ]).encoded()
        var key: [UInt8] = []
        BigEndian.append(seed, to: &key)
        let code = Digest.hmacSHA256(key: key, [UInt8](scope.owner.pool.text.utf8) + [0] + json)
        return Base64.encode(Gzip.encode([UInt8]("\(Base64.encode(json)):1:\(Base64.encode(code))".utf8)))
    }

    /// Reads a token, or returns nil for a text that was not made for this dataset.
    ///
    /// The session and the expiration are taken from it. The text must then be the one that is made of them.
    init?(reading text: String, for scope: DatasetScope, seed: UInt64) {
        guard let bytes = Base64.decode(text), let content = Gzip.decode(bytes),
            let json = Base64.decode(content.prefix { $0 != UInt8(ascii: ":") })
        else { return nil }
        let parts = String(decoding: json, as: UTF8.self).split(separator: "\"")
        guard parts.count > 6, let expiration = Int64(parts[6].dropFirst().dropLast()) else { return nil }
        self.init(session: String(parts[3]), expiry: Timestamp(milliseconds: expiration))
        guard self.text(for: scope, seed: seed) == text else { return nil }
    }

    init(session: String, expiry: Timestamp) {
        self.session = session
        self.expiry = expiry
    }
}
