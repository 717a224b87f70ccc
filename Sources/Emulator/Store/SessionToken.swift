import CognitoSync
import Messages

/// A session token: opaque, for one dataset of one identity, until it expires.
///
/// A live token is Base64 of gzip, some 330 characters that begin with `H4sI` and contain `+`, `/` and `=`.
/// So it has to be encoded in a query. This token looks the same. It contains its expiry and a checksum over
/// the dataset, so the emulator stores no tokens. The checksum detects mistakes, not attackers: the emulator
/// has no real data.
struct SessionToken: Equatable {
    let session: UInt64
    let expiry: Timestamp

    private static let length = 245
    private static let magic: [UInt8] = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0]
    /// The bytes whose Base64 is `+/+/`.
    private static let plusAndSlash: [UInt8] = [0xfb, 0xff, 0xbf]

    func text(for scope: DatasetScope, seed: UInt64) -> String {
        var bytes = Self.magic
        bytes.reserveCapacity(Self.length + 8)
        BigEndian.append(session, to: &bytes)
        BigEndian.append(expiry.milliseconds, to: &bytes)
        let check = Self.check(scope, bytes, seed: seed)
        BigEndian.append(check, to: &bytes)
        var filler = SplitMix64(seed: check)
        while bytes.count < Self.length { BigEndian.append(filler.next(), to: &bytes) }
        bytes.removeLast(bytes.count - Self.length)
        bytes.replaceSubrange(240..<243, with: Self.plusAndSlash)
        return Base64.encode(bytes)
    }

    /// Reads a token, or returns nil for a text that was not made for this dataset.
    init?(reading text: String, for scope: DatasetScope, seed: UInt64) {
        guard let bytes = Base64.decode(text), bytes.count == Self.length,
            let session: UInt64 = BigEndian.value(bytes[10..<18]),
            let expiry: Int64 = BigEndian.value(bytes[18..<26])
        else { return nil }
        self.session = session
        self.expiry = Timestamp(milliseconds: expiry)
        guard self.text(for: scope, seed: seed) == text else { return nil }
    }

    init(session: UInt64, expiry: Timestamp) {
        self.session = session
        self.expiry = expiry
    }

    /// Returns the FNV-1a hash of the three names, each followed by a zero, and of the header.
    private static func check(_ scope: DatasetScope, _ header: [UInt8], seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
        for name in [scope.owner.pool.text, scope.owner.identity.text, scope.dataset.text] {
            for byte in [UInt8](name.utf8) + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        for byte in header { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
