import Messages

/// The rules for the value of `Transfer-Encoding` (RFC 9112 sections 6.1 and 6.3).
///
/// The only accepted value is the one coding `chunked`. Names of codings have no case.
enum TransferCoding {
    /// Checks that a value is the one coding `chunked`.
    ///
    /// - Throws: `Refusal.unknownTransferCoding` for one other coding, alone or with `chunked` after it: its
    ///   end would be known. `Refusal.malformed` for all else: nobody could know where the body ends.
    static func check(_ value: Span<UInt8>) throws(Refusal) {
        if value.isCaseInsensitively("chunked") { return }
        var start = 0
        var unknown = 0
        var endsChunked = false
        repeat {
            let end = value.firstIndex(of: UInt8(ascii: ","), in: start..<value.count)
            let coding = value.extracting(value.trimmed(start..<end))
            guard !endsChunked, isCoding(coding) else { throw .malformed }
            endsChunked = coding.isCaseInsensitively("chunked")
            if !endsChunked { unknown += 1 }
            start = end + 1
        } while start <= value.count
        throw unknown == 1 || endsChunked ? .unknownTransferCoding : .malformed
    }

    /// Returns true for a token, perhaps with parameters, which `chunked` has not.
    private static func isCoding(_ coding: Span<UInt8>) -> Bool {
        let end = coding.firstIndex(of: UInt8(ascii: ";"), in: coding.indices)
        let name = coding.extracting(coding.trimmed(0..<end))
        guard !name.isEmpty, name.allSatisfy(\.isTokenByte) else { return false }
        return end == coding.count || !name.isCaseInsensitively("chunked")
    }
}
