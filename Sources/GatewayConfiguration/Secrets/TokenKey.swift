internal import Foundation

/// The reader of the key that seals tokens.
package enum TokenKey {
    /// Returns the bytes of a file as they are, with a line end at the end: a random key may end with one.
    ///
    /// They are 32 to 4096: a shorter key could be guessed.
    package static func read(_ path: String) throws(ConfigurationProblem) -> [UInt8] {
        func problem(_ message: String) -> ConfigurationProblem {
            ConfigurationProblem(location: .wholeFile(path), message: message)
        }
        guard FileProblem.isUsable(path), let file = FileHandle(forReadingAtPath: path),
            let bytes = try? file.read(upToCount: longest + 1)
        else {
            throw problem("cannot be read as a token key: \(FileProblem.describe(path))")
        }
        guard (shortest...longest).contains(bytes.count) else {
            throw problem("is not a token key; write \(shortest) to \(longest) bytes")
        }
        return [UInt8](bytes)
    }

    /// The least number of bytes that cannot be guessed.
    package static let shortest = 32
    private static let longest = 4096
}
