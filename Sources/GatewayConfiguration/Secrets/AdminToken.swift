internal import Foundation
package import SigV4

/// The reader of a file with a secret text: the token of the admin listener, or the salt of identity hashes.
package enum AdminToken {
    /// Returns the text of a file, without the blanks and line ends around it.
    ///
    /// It has 16 to 4096 printable ASCII characters: a shorter one can be guessed, others cannot be sent.
    package static func read(_ path: String) throws(ConfigurationProblem) -> Secret {
        func problem(_ message: String) -> ConfigurationProblem {
            ConfigurationProblem(location: .wholeFile(path), message: message)
        }
        guard FileProblem.isUsable(path), let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw problem("cannot be read as a token: \(FileProblem.describe(path))")
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (16...4096).contains(token.utf8.count), token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw problem("is not a token; write 16 to 4096 printable ASCII characters without blanks")
        }
        return Secret(token)
    }
}
