import Foundation

/// The reader of a credentials or configuration file on disk: whole, and with a bound.
package enum SharedFile {
    /// The largest file in bytes; usual files have some kilobytes.
    package static let limit = 1 << 20

    /// Returns the bytes of a file; nil where there is none.
    ///
    /// - Throws: An error for a file that cannot be read whole. A pipe and a device are among them: to read one could
    ///   wait for ever.
    @Sendable
    package static func read(_ path: String) throws(CredentialsError) -> [UInt8]? {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let files = FileManager.default
        guard files.fileExists(atPath: resolved) else { return nil }
        let type = try? files.attributesOfItem(atPath: resolved)[.type] as? FileAttributeType
        guard type == .typeRegular else { throw error(path, "is not a regular file; name one") }
        guard let file = FileHandle(forReadingAtPath: resolved) else {
            throw error(path, "may not be read; make it readable for this user")
        }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: limit + 1) else {
            throw error(path, "cannot be read; check the disk")
        }
        guard data.count <= limit else { throw error(path, "is larger than \(limit) bytes; shorten it") }
        return [UInt8](data)
    }

    private static func error(_ path: String, _ reason: String) -> CredentialsError {
        CredentialsError(.profile, "profile file '\(path)' \(reason)")
    }
}
