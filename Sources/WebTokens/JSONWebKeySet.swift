package import CognitoSync
import Cryptography

/// The keys that an issuer publishes (RFC 7517 section 5), with those that are of no use here left out.
package struct JSONWebKeySet: Sendable {
    /// The largest set in bytes.
    package static let largest = 256 << 10
    /// The most keys of a set; issuers publish two or three.
    package static let mostKeys = 64

    /// The reason why a text is not used as a set of keys.
    package enum Fault: Error, Sendable, Equatable {
        case tooLarge
        case malformed(JSONError)
        /// There is no list `keys` of objects.
        case noKeys
        case tooManyKeys
        /// All keys were skipped.
        case noUsableKey(skipped: Int)
    }

    private let keys: [JSONWebKey]
    /// The number of keys that do not verify a signature here.
    package let skipped: Int
    package var count: Int { keys.count }

    package init(_ bytes: [UInt8]) throws(Fault) {
        guard bytes.count <= Self.largest else { throw .tooLarge }
        var keys: [JSONWebKey] = []
        var found: Int?
        do throws(JSONError) {
            var reader = JSONReader(bytes)
            try reader.object { (reader, name) throws(JSONError) in
                guard name.equals("keys", in: bytes) else {
                    try reader.skip()
                    return
                }
                found = 0
                try reader.array { (reader, index) throws(JSONError) in
                    found = index + 1
                    guard index < Self.mostKeys else {
                        try reader.skip()
                        return
                    }
                    if let key = JSONWebKey(try JSONMembers(&reader)) { keys.append(key) }
                }
            }
            try reader.finish()
        } catch {
            throw .malformed(error)
        }
        guard let found else { throw .noKeys }
        guard found <= Self.mostKeys else { throw .tooManyKeys }
        guard !keys.isEmpty else { throw .noUsableKey(skipped: found) }
        self.keys = keys
        skipped = found - keys.count
    }

    /// Returns the one key for a token, and the algorithm.
    ///
    /// The algorithm must be configured and fit the kind of the key, and be its own where the issuer names one. The
    /// header chooses among these and changes nothing.
    func key(
        for token: SignedToken,
        among algorithms: [SignatureAlgorithm]
    ) throws(TokenFault) -> (PublicKey, SignatureAlgorithm) {
        guard let algorithm = SignatureAlgorithm(rawValue: token.algorithm), algorithms.contains(algorithm)
        else { throw .unfitAlgorithm(token.algorithm) }
        var named = keys
        if let keyID = token.keyID {
            named = keys.filter { Self.isNamed($0, keyID) }
            guard !named.isEmpty else { throw .unknownKey(keyID) }
        }
        let fitting = named.filter { $0.fits(algorithm) }
        guard let first = fitting.first else {
            throw token.keyID == nil ? .unknownKey(nil) : .unfitAlgorithm(token.algorithm)
        }
        guard fitting.count == 1 else { throw .ambiguousKey }
        return (first.key, algorithm)
    }

    /// Compares bytes: `==` would take canonically equivalent texts for the same.
    private static func isNamed(_ key: JSONWebKey, _ keyID: String) -> Bool {
        key.keyID?.utf8.elementsEqual(keyID.utf8) ?? false
    }
}

extension JSONWebKeySet.Fault: CustomStringConvertible {
    /// A clause for a message.
    package var description: String {
        switch self {
        case .tooLarge: "the set of keys has more than \(JSONWebKeySet.largest) bytes"
        case .malformed(let error): "the set of keys is not strict JSON: \(error)"
        case .noKeys: "there is no list 'keys'"
        case .tooManyKeys: "the set has more than \(JSONWebKeySet.mostKeys) keys"
        case .noUsableKey(let skipped): "none of the '\(skipped)' keys verifies a signature of this gateway"
        }
    }
}
