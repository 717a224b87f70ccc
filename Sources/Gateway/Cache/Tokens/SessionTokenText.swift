import CognitoSync
import Compression
import Messages

/// The text of a session token of AWS, as far as it can be read.
///
/// The live service sends base64 of gzip of `base64(JSON):1:base64(signature)`. None of it is documented, so what is
/// read is advice only, and a text of another form has no expiration.
enum SessionTokenText {
    /// The length of the longest content that is read; that of the live service has some 400 bytes.
    private static let longestContent = 4096

    /// Returns the time from which a token is no longer good, in milliseconds since 1970; nil where it does not say.
    static func expiration(of token: String) -> Int64? {
        guard token.utf8.count <= longestContent, let packed = Base64.decode(token),
            let content = Gzip.decompress(packed, limit: longestContent)
        else { return nil }
        let first = String(decoding: content.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
        guard let session = Base64.decode(first) else { return nil }
        var expiration: Int64?
        var reader = JSONReader(session, from: .upstream)
        try? reader.object { (reader, name) throws(JSONError) in
            if name.text(in: session) == "expiration", try reader.kind() == .number {
                expiration = try reader.integer()
            } else {
                try reader.skip()
            }
        }
        return expiration
    }
}
