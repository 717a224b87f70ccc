internal import Foundation

/// The key that tokens are sealed with, from its file.
enum TokenKey {
    /// The file's bytes as they are, a line end at the end included: a random key may end with one.
    ///
    /// Between 32 and 4096 bytes: a shorter one could be guessed.
    static func read(_ path: String) throws(ConfigurationProblem) -> [UInt8] {
        func problem(_ message: String) -> ConfigurationProblem {
            ConfigurationProblem(location: .wholeFile(path), message: message)
        }
        guard FileProblem.isUsable(path), let file = FileHandle(forReadingAtPath: path),
            let bytes = try? file.read(upToCount: longest + 1)
        else {
            throw problem("the token key cannot be read: \(FileProblem.describe(path))")
        }
        guard (TokenSealer.leastKey...longest).contains(bytes.count) else {
            throw problem("the token key must be \(TokenSealer.leastKey) to \(longest) bytes long")
        }
        return [UInt8](bytes)
    }

    private static let longest = 4096
}
