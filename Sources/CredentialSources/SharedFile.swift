import Foundation

/// A credentials or configuration file on disk, read whole and with a bound.
package enum SharedFile {
    /// Bytes; the files of people hold some kilobytes.
    package static let limit = 1 << 20

    /// The file's bytes; nil where there is none.
    ///
    /// A pipe or a device is refused: reading it could wait for ever.
    @Sendable
    package static func read(_ path: String) throws(CredentialsError) -> [UInt8]? {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let files = FileManager.default
        guard files.fileExists(atPath: resolved) else { return nil }
        let type = try? files.attributesOfItem(atPath: resolved)[.type] as? FileAttributeType
        guard type == .typeRegular else { throw error(path, "is not a regular file") }
        guard let file = FileHandle(forReadingAtPath: resolved) else {
            throw error(path, "may not be read")
        }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: limit + 1) else { throw error(path, "cannot be read") }
        guard data.count <= limit else { throw error(path, "is larger than \(limit) bytes") }
        return [UInt8](data)
    }

    private static func error(_ path: String, _ reason: String) -> CredentialsError {
        CredentialsError(.profile, "profile file \(path) \(reason)")
    }
}
