import Cryptography
import Messages

/// A public key of an issuer (RFC 7517), with the name and the algorithm that the issuer gives it.
struct JSONWebKey: Sendable {
    let keyID: String?
    /// The only algorithm of the key; nil if the issuer names none.
    let algorithm: SignatureAlgorithm?
    let key: PublicKey

    /// Takes the members of a key; nil for one that does not verify signatures of ours.
    ///
    /// These are symmetric keys, those of other curves and algorithms, those for other uses, and malformed ones. A
    /// key with its private part is one of them: it proves nothing any more.
    init?(_ members: JSONMembers) {
        guard let found = try? Self.read(members) else { return nil }
        self = found
    }

    /// Returns whether the key may verify an algorithm, which the issuer and the kind of the key decide.
    func fits(_ algorithm: SignatureAlgorithm) -> Bool {
        key.kind == algorithm.keyKind && (self.algorithm ?? algorithm) == algorithm
    }

    private init(keyID: String?, algorithm: SignatureAlgorithm?, key: PublicKey) {
        self.keyID = keyID
        self.algorithm = algorithm
        self.key = key
    }

    private static func read(_ members: JSONMembers) throws -> Self? {
        if let use = try members.text("use"), use != "sig" { return nil }
        if let operations = try members.texts("key_ops"), !operations.contains("verify") { return nil }
        guard !members.contains("d"), let key = try key(members) else { return nil }
        var algorithm: SignatureAlgorithm?
        if let name = try members.text("alg") {
            guard let known = SignatureAlgorithm(rawValue: name), known.keyKind == key.kind else {
                return nil
            }
            algorithm = known
        }
        return Self(keyID: try members.text("kid"), algorithm: algorithm, key: key)
    }

    private static func key(_ members: JSONMembers) throws -> PublicKey? {
        func bytes(_ name: String) throws -> [UInt8]? {
            try members.text(name).flatMap { Base64URL.decode($0.utf8) }
        }
        switch (try members.text("kty"), try members.text("crv")) {
        case ("RSA", _):
            guard let modulus = try bytes("n"), let exponent = try bytes("e") else { return nil }
            return try PublicKey(rsaModulus: modulus, exponent: exponent)
        case ("EC", let curve):
            let kind: PublicKey.Kind
            switch curve {
            case "P-256": kind = .p256
            case "P-384": kind = .p384
            default: return nil
            }
            guard let x = try bytes("x"), let y = try bytes("y") else { return nil }
            return try PublicKey(curve: kind, x: x, y: y)
        case ("OKP", "Ed25519"):
            guard let x = try bytes("x") else { return nil }
            return try PublicKey(ed25519: x)
        default:
            return nil
        }
    }
}
