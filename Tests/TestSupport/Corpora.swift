package import Foundation

/// The published test data beside the project (`../shared/corpora`); `SYNCGATE_CORPORA` names another folder.
///
/// A suite that reads it has the trait `.enabled(if: Corpora.available, "…")`. A checkout without the data
/// then counts those tests as skipped.
package enum Corpora {
    package static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["SYNCGATE_CORPORA"] {
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appending(
            path: "shared/corpora",
            directoryHint: .isDirectory
        )
    }()

    package static var available: Bool { FileManager.default.fileExists(atPath: root.path) }

    package static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appending(path: path)))
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: root.appending(path: path)))
    }

    /// Returns the sorted names of the files in a folder of the corpora, without the hidden ones.
    package static func list(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path)
            .filter { !$0.hasPrefix(".") }.sorted()
    }
}
