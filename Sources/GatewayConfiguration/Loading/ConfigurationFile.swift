internal import Foundation

/// The reader of a configuration file, within bounds.
enum ConfigurationFile {
    /// The longest file in bytes: a hundred times the longest sensible one.
    static let longest = 1 << 20

    /// Returns the text of a file.
    static func read(_ path: String) throws(ConfigurationProblem) -> String {
        func problem(_ message: String) -> ConfigurationProblem {
            ConfigurationProblem(location: .wholeFile(path), message: message)
        }
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            data = try file.read(upToCount: longest + 1) ?? Data()
        } catch {
            throw problem("cannot be read: \(FileProblem.describe(path))")
        }
        guard data.count <= longest else { throw problem("is longer than \(longest >> 20) MiB; shorten it") }
        guard let text = String(validating: data, as: UTF8.self) else {
            let valid = String(decoding: data, as: UTF8.self).prefix { $0 != "\u{FFFD}" }
            let line = valid.reduce(1) { $1.isNewline ? $0 + 1 : $0 }
            let message = "is not valid UTF-8; save it as UTF-8"
            throw ConfigurationProblem(location: .file(path, line: line, column: 1), message: message)
        }
        return text
    }
}
