internal import Cryptography
internal import Foundation
internal import Messages

/// The API keys of callers: a name for each, and the SHA-256 of the key itself.
package struct APIKeys: Sendable, Equatable {
    /// The lengths of a key in bytes; a shorter one can be guessed.
    package static let lengths = 32...4096
    /// The most keys of a file.
    package static let most = 1024

    private struct Entry: Sendable, Equatable {
        let name: String
        let digest: [UInt8]
    }

    private let entries: [Entry]

    /// The names of the keys.
    var names: Set<String> { Set(entries.map(\.name)) }

    /// Returns the name of a key; nil for one that is not in the file.
    ///
    /// All digests are compared, each in constant time: the time tells nothing about any of them.
    package func name(of key: [UInt8]) -> String? {
        guard Self.lengths.contains(key.count) else { return nil }
        let digest = Digest.sha256(key)
        var found: Int?
        for (index, entry) in entries.enumerated() where Digest.equal(entry.digest, digest) { found = index }
        return found.map { entries[$0].name }
    }

    /// Reads a file: a line `name:sha256hex` for each key; blank lines and those that begin with `#` are skipped.
    package static func read(_ path: String) throws(ConfigurationProblem) -> Self {
        guard FileProblem.isUsable(path), let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            let message = "cannot be read as API keys: \(FileProblem.describe(path))"
            throw ConfigurationProblem(location: .wholeFile(path), message: message)
        }
        return try parse(text, of: path)
    }

    /// Parses the text of a file.
    package static func parse(_ text: String, of path: String) throws(ConfigurationProblem) -> Self {
        var entries: [Entry] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            func problem(_ message: String) -> ConfigurationProblem {
                ConfigurationProblem(
                    location: .file(path, line: index + 1, column: 1),
                    message: message
                )
            }
            guard entries.count < most else { throw problem("has more than '\(most)' keys; remove some") }
            guard let entry = entry(line) else {
                throw problem(
                    "is not NAME:SHA256; write a name and the 64 hexadecimal digits of the key's SHA-256"
                )
            }
            guard !entries.contains(where: { $0.digest == entry.digest }) else {
                throw problem("has the key of another line; each caller needs one of its own")
            }
            entries.append(entry)
        }
        return Self(entries: entries)
    }

    private static func entry(_ line: String) -> Entry? {
        let parts = line.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, case .key(let name)? = CallerCandidate("key:\(parts[0])"),
            parts[1].utf8.count == 2 * Digest.byteCount, let digest = Hexadecimal.decode(parts[1])
        else { return nil }
        return Entry(name: name, digest: digest)
    }
}
