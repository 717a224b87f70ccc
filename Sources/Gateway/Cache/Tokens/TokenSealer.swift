package import CognitoSync
import Cryptography
import GatewayConfiguration
import Messages
import SigV4
import Synchronization

/// The maker and verifier of texts that only a holder of the key can make.
///
/// A text is the prefix, and base64url of the payload and its authentication code, HMAC-SHA-256. The code
/// covers the purpose and the dataset, each part with its length. So no text can be used for another dataset,
/// identity, pool or purpose. The payload is authenticated, but not hidden. Replicas that share a key accept
/// each other's texts.
package struct TokenSealer: Sendable {
    /// The purposes of a text.
    ///
    /// The code covers the raw value.
    package enum Purpose: UInt8, CaseIterable, Sendable {
        /// A SyncSessionToken.
        case session = 1
        /// A NextToken, which holds a cursor.
        case pagination = 2
    }

    /// The beginning of all texts.
    ///
    /// No base64 alphabet has the dot, so no token of AWS begins like this.
    package static let prefix = "syncgate1."
    /// The length of the longest payload, in bytes.
    ///
    /// Its text stays below half of the longest target by default.
    package static let longestPayload = 2048
    package static let shortestKey = TokenKey.shortest

    private let key: SealingKey

    package init(key: [UInt8]) { self.key = SealingKey(key) }

    /// Returns a sealer with a random key, which is good for one process as long as it runs.
    package static func random() -> Self {
        Self(key: (0..<shortestKey).map { _ in UInt8.random(in: .min ... .max) })
    }

    /// Returns whether each of the two opens the texts of the other.
    package func hasSameKey(as other: Self) -> Bool { Digest.equal(key.bytes, other.key.bytes) }

    /// Returns whether a text claims to be an own one, by its prefix.
    package static func isOwn(_ text: String) -> Bool { text.utf8.starts(with: prefix.utf8) }

    /// Returns the text that ``open(_:for:scope:)`` accepts for the same purpose and dataset.
    ///
    /// A text needs no escapes in a URL or in JSON. The text of a payload longer than ``longestPayload`` is
    /// not accepted.
    package func seal(_ payload: [UInt8], for purpose: Purpose, scope: DatasetScope) -> String {
        Self.prefix + Base64URL.encode(payload + code(of: payload, for: purpose, scope: scope))
    }

    /// Returns the payload; nil for a text that was not sealed under this key for this purpose and dataset.
    package func open(_ text: String, for purpose: Purpose, scope: DatasetScope) -> [UInt8]? {
        guard Self.isOwn(text), text.utf8.count <= Self.longestText else { return nil }
        guard let bytes = Base64URL.decode(text.utf8.dropFirst(Self.prefix.utf8.count)),
            bytes.count >= Digest.byteCount
        else { return nil }
        let payload = [UInt8](bytes.dropLast(Digest.byteCount))
        let given = [UInt8](bytes.suffix(Digest.byteCount))
        return Digest.equal(given, code(of: payload, for: purpose, scope: scope)) ? payload : nil
    }

    private static let longestText =
        prefix.utf8.count + Base64URL.length(ofBytes: longestPayload + Digest.byteCount)

    private func code(of payload: [UInt8], for purpose: Purpose, scope: DatasetScope) -> [UInt8] {
        var message: [UInt8] = []
        message.reserveCapacity(Self.usualMessage + payload.count)
        message.append(contentsOf: Self.prefix.utf8)
        message.append(purpose.rawValue)
        for part in [scope.owner.pool.text, scope.owner.identity.text, scope.dataset.text] {
            message.append(part: part.utf8)
        }
        message.append(part: payload)
        return key.code(of: message)
    }

    /// The bytes that a message has, its payload not counted, for most datasets.
    private static let usualMessage = 256
}

/// The key of a sealer, with the hash that is prepared for it.
///
/// All event loops share the hash under a lock: it takes some microseconds, and few texts are sealed.
private final class SealingKey: Sendable {
    let bytes: [UInt8]
    private let hash: Mutex<KeyedHash>

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        hash = Mutex(KeyedHash(key: bytes))
    }

    func code(of message: [UInt8]) -> [UInt8] { hash.withLock { $0.hash(message) } }
}

extension [UInt8] {
    /// Appends the length in four bytes, then the bytes.
    ///
    /// No two lists of parts give the same message.
    fileprivate mutating func append(part: some Collection<UInt8>) {
        BigEndian.append(UInt32(clamping: part.count), to: &self)
        append(contentsOf: part)
    }
}
