import CognitoSync
import Messages

/// A sync session token: opaque, for one dataset of one identity, until it runs out.
///
/// The live one is base64 of gzip, some 330 characters that begin with `H4sI` and contain `+`, `/` and `=`: it
/// has to be encoded in a query. This one looks the same, carries its expiry and a check over the dataset, and
/// needs no memory. The check keeps mistakes out, not attackers: the emulator holds nobody's data.
struct SessionToken: Equatable {
    let session: UInt64
    let expiry: Timestamp

    private static let length = 245
    private static let magic: [UInt8] = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0]
    /// Base64 of these is `+/+/`.
    private static let plusAndSlash: [UInt8] = [0xfb, 0xff, 0xbf]

    func text(for scope: DatasetScope, seed: UInt64) -> String {
        var bytes = Self.magic
        bytes.reserveCapacity(Self.length + 8)
        Self.append(session, to: &bytes)
        Self.append(UInt64(bitPattern: expiry.milliseconds), to: &bytes)
        let check = Self.check(scope, bytes, seed: seed)
        Self.append(check, to: &bytes)
        var filler = SplitMix64(seed: check)
        while bytes.count < Self.length { Self.append(filler.next(), to: &bytes) }
        bytes.removeLast(bytes.count - Self.length)
        bytes.replaceSubrange(240..<243, with: Self.plusAndSlash)
        return Base64.encode(bytes)
    }

    /// Nil for a text that was not minted for this dataset.
    init?(reading text: String, for scope: DatasetScope, seed: UInt64) {
        guard let bytes = Base64.decode(text), bytes.count == Self.length else { return nil }
        session = Self.number(bytes[10..<18])
        expiry = Timestamp(milliseconds: Int64(bitPattern: Self.number(bytes[18..<26])))
        guard self.text(for: scope, seed: seed) == text else { return nil }
    }

    init(session: UInt64, expiry: Timestamp) {
        self.session = session
        self.expiry = expiry
    }

    /// FNV-1a over the three names, each with a zero behind it, then the header.
    private static func check(_ scope: DatasetScope, _ header: [UInt8], seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
        for name in [scope.owner.pool.text, scope.owner.identity.text, scope.dataset.text] {
            for byte in [UInt8](name.utf8) + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        for byte in header { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var shift: UInt64 = 64
        while shift > 0 {
            shift -= 8
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
