import CognitoSync

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
        bytes.append(contentsOf: Self.bytes(session))
        bytes.append(contentsOf: Self.bytes(UInt64(bitPattern: expiry.milliseconds)))
        let check = Self.check(scope, bytes, seed: seed)
        bytes.append(contentsOf: Self.bytes(check))
        var filler = SplitMix64(seed: check)
        while bytes.count < Self.length { bytes.append(contentsOf: Self.bytes(filler.next())) }
        bytes.replaceSubrange(240..<243, with: Self.plusAndSlash)
        return Base64.encode(bytes.prefix(Self.length))
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

    /// FNV-1a over the three names with their lengths, then the header.
    private static func check(_ scope: DatasetScope, _ header: [UInt8], seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for name in [scope.owner.pool.text, scope.owner.identity.text, scope.dataset.text] {
            name.utf8.forEach(mix)
            mix(0)
        }
        header.forEach(mix)
        return hash
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
