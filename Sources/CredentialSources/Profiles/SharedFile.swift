import Foundation

/// The reader of a credentials, configuration or token file on disk: whole, and with a bound.
package enum SharedFile {
    /// The largest file in bytes; usual files have some kilobytes.
    package static let limit = 1 << 20

    /// Returns the bytes of a profile file; nil where there is none.
    ///
    /// - Throws: An error for a file that cannot be read whole. A pipe and a device are among them: to read one could
    ///   wait for ever.
    @Sendable
    package static func read(_ path: String) throws(CredentialsError) -> [UInt8]? {
        try read(path, kind: "profile file", for: .profile)
    }

    /// Returns the bytes of a file that a source needs; nil where there is none.
    ///
    /// `kind` names the file in errors, and the source is nil for a file that is none of credentials.
    package static func read(
        _ path: String,
        kind: String,
        for source: CredentialsSourceName?,
        limit: Int = limit
    ) throws(CredentialsError) -> [UInt8]? {
        func problem(_ reason: String) -> CredentialsError {
            CredentialsError(source, "\(kind) '\(path)' \(reason)")
        }
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let files = FileManager.default
        guard files.fileExists(atPath: resolved) else { return nil }
        let type = try? files.attributesOfItem(atPath: resolved)[.type] as? FileAttributeType
        guard type == .typeRegular else { throw problem("is not a regular file; name one") }
        guard let file = FileHandle(forReadingAtPath: resolved) else {
            throw problem("may not be read; make it readable for this user")
        }
        defer { try? file.close() }
        let data: Data
        do {
            // At the end of a file, and so in an empty one, there is nothing to read: nil.
            data = try file.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw problem("cannot be read; check the disk")
        }
        guard data.count <= limit else { throw problem("is larger than \(limit) bytes; shorten it") }
        return [UInt8](data)
    }
}
