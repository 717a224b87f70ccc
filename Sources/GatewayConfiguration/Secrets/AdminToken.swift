internal import Foundation
package import SigV4

/// The bearer token of the admin listener, from its file.
package enum AdminToken {
    /// The text of the file without the blanks and line ends around it.
    ///
    /// Between 16 and 4096 printable ASCII characters: shorter ones can be guessed, others not be sent.
    package static func read(_ path: String) throws(ConfigurationProblem) -> Secret {
        func problem(_ message: String) -> ConfigurationProblem {
            ConfigurationProblem(location: .wholeFile(path), message: message)
        }
        guard FileProblem.isUsable(path), let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw problem("the admin token cannot be read: \(FileProblem.describe(path))")
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (16...4096).contains(token.utf8.count), token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw problem("the admin token must be 16 to 4096 printable ASCII characters without blanks")
        }
        return Secret(token)
    }
}
