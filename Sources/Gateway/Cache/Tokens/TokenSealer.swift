package import CognitoSync
import SigV4

/// Makes texts that only a holder of the key can make, and knows them again.
///
/// A text is the prefix and base64url of the payload and its authentication code, HMAC-SHA-256. The code covers what
/// the text is for and whose dataset it is about, each part with its length, so that none can be carried from one
/// dataset, identity, pool or purpose to another. The payload is not hidden, only authenticated. Replicas that share
/// a key take each other's texts.
package struct TokenSealer: Sendable {
    /// What a text may be used for; the raw value is what the code covers.
    package enum Purpose: UInt8, CaseIterable, Sendable {
        /// A SyncSessionToken.
        case session = 1
        /// A NextToken: the place in a walk.
        case pagination = 2
    }

    /// What all texts begin with.
    ///
    /// The dot is in no base64 alphabet, so no token that AWS makes begins so.
    package static let prefix = "syncgate1."
    /// Bytes: a sealed text stays below half of the longest target that is taken by default.
    package static let longestPayload = 2048
    package static let leastKey = 32

    private let key: [UInt8]

    package init(key: [UInt8]) { self.key = key }

    /// Under a key that nobody else has: good for one process, as long as it runs.
    package static func random() -> Self {
        Self(key: (0..<leastKey).map { _ in UInt8.random(in: .min ... .max) })
    }

    /// Whether each takes what the other sealed.
    package func hasSameKey(as other: Self) -> Bool { Digest.equal(key, other.key) }

    /// Whether the text claims to be one of these; what does not is somebody else's.
    package static func isOwn(_ text: String) -> Bool { text.utf8.starts(with: prefix.utf8) }

    /// The text that `open` takes for the same purpose and dataset; safe in a URL and in JSON as it is.
    ///
    /// A payload longer than `longestPayload` gives a text that is not taken.
    package func seal(_ payload: [UInt8], for purpose: Purpose, scope: DatasetScope) -> String {
        Self.prefix + Base64URL.encode(payload + code(of: payload, for: purpose, scope: scope))
    }

    /// The payload; nil for whatever was not sealed under this key for this purpose and dataset.
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
        var message = [UInt8](Self.prefix.utf8)
        message.append(purpose.rawValue)
        for part in [scope.owner.pool.text, scope.owner.identity.text, scope.dataset.text] {
            message.append(part: part.utf8)
        }
        message.append(part: payload)
        return Digest.hmacSHA256(key: key, message)
    }
}

extension [UInt8] {
    /// The length in four bytes, then the bytes: no two lists of parts give the same message.
    fileprivate mutating func append(part: some Collection<UInt8>) {
        let length = UInt32(clamping: part.count)
        for shift in [24, 16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: length >> shift)) }
        append(contentsOf: part)
    }
}
