import Messages
import NIOCore

extension HeadCollector {
    /// Returns the bytes of a whole head for the second parser, without offers to upgrade.
    ///
    /// That parser would stop after a request with such an offer, since another protocol could follow. This
    /// server ignores the offer, so the next request follows. The first byte of the name of each `Upgrade`
    /// field becomes `x`. All other bytes stay, at their places.
    func wireWithoutOffers() -> ByteBuffer {
        let bytes = wire.readableBytesUInt8Span
        var masked = wire
        for field in fields where field.name.count == "upgrade".utf8.count {
            guard bytes.extracting(field.name).isCaseInsensitively("upgrade") else { continue }
            masked.setInteger(UInt8(ascii: "x"), at: masked.readerIndex + field.name.lowerBound)
        }
        return masked
    }
}
