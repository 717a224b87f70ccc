import Foundation
import Messages

/// An issuer of tokens with one RSA key, by the command `openssl`.
package final class TokenSigner: Sendable {
    private let folder: URL
    private let modulus: String

    package init(bits: Int = 2048) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let key = folder.appending(path: "key.pem").path
        try OpenSSL.run(["genrsa", "-out", key, "\(bits)"])
        let text = try OpenSSL.run(["rsa", "-in", key, "-noout", "-modulus"])
        let digits = Array(
            text.trimmingCharacters(in: .whitespacesAndNewlines).utf8.dropFirst("Modulus=".utf8.count)
        )
        modulus = Base64URL.encode(
            stride(from: 0, to: digits.count - 1, by: 2).map { index in
                (Hexadecimal.value(digits[index]) ?? 0) << 4 | (Hexadecimal.value(digits[index + 1]) ?? 0)
            }
        )
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Returns the public key as a JWK, with more members such as `"alg":"RS256"`.
    package func key(_ keyID: String?, _ more: String = #""alg":"RS256""#) -> String {
        let named = keyID.map { #""kid":"\#($0)","# } ?? ""
        return #"{"kty":"RSA",\#(named)\#(more.isEmpty ? "" : more + ",")"n":"\#(modulus)","e":"AQAB"}"#
    }

    /// Returns a set of keys.
    package static func set(_ keys: String...) -> String {
        #"{"keys":[\#(keys.joined(separator: ","))]}"#
    }

    /// Signs a text by RSASSA-PKCS1-v1_5, or by RSASSA-PSS with a salt of 32 bytes.
    package func sign(_ claims: String, header: String, pss: Bool = false) throws -> String {
        let signed = Self.unsigned(claims, header: header)
        let name = UUID().uuidString
        let input = folder.appending(path: "\(name).txt")
        let output = folder.appending(path: "\(name).sig")
        try signed.write(to: input, atomically: false, encoding: .utf8)
        let padding = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]
        try OpenSSL.run(
            ["dgst", "-sha256", "-sign", folder.appending(path: "key.pem").path, "-out", output.path]
                + (pss ? padding : []) + [input.path]
        )
        return "\(signed).\(Base64URL.encode([UInt8](try Data(contentsOf: output))))"
    }

    /// Returns the first two parts of a token.
    package static func unsigned(_ claims: String, header: String) -> String {
        "\(Base64URL.encode([UInt8](header.utf8))).\(Base64URL.encode([UInt8](claims.utf8)))"
    }
}
