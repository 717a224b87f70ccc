internal import Foundation

/// The reason why a file that the configuration names cannot be used.
enum FileProblem {
    /// Returns the reason with the way to correct it, without the path.
    static func describe(_ path: String) -> String {
        switch kind(path) {
        case nil: "no such file; correct the path"
        case .typeDirectory: "it is a directory; name a file"
        default:
            FileManager.default.isReadableFile(atPath: path)
                ? "input error; check the disk" : "permission denied; make it readable for this user"
        }
    }

    /// Returns whether a path leads to a file that this process can read.
    static func isUsable(_ path: String) -> Bool {
        guard let kind = kind(path) else { return false }
        return kind != .typeDirectory && FileManager.default.isReadableFile(atPath: path)
    }

    /// Returns the mode of the file behind a path, links followed; nil if there is none.
    static func mode(_ path: String) -> Int? { attributes(path)?[.posixPermissions] as? Int }

    /// Returns the type of the file behind a path, links followed; nil if there is none.
    private static func kind(_ path: String) -> FileAttributeType? {
        attributes(path)?[.type] as? FileAttributeType
    }

    private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return try? FileManager.default.attributesOfItem(atPath: target)
    }
}
