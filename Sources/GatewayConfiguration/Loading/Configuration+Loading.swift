internal import Foundation

extension Configuration {
    /// Defaults, then the file, then `SYNCGATE_…` variables, then flags; all that is wrong at once, or all right.
    ///
    /// No file means the defaults. `${VAR}` in the file takes its value from `environment` too.
    package static func load(
        file: String? = nil,
        environment: [String: String] = [:],
        overrides: [ConfigurationOverride] = []
    ) throws(ConfigurationProblems) -> LoadedConfiguration {
        guard let file else {
            return try load(text: "", name: "", environment: environment, overrides: overrides)
        }
        let text: String
        do {
            text = try ConfigurationFile.read(file)
        } catch {
            throw ConfigurationProblems(all: [error])
        }
        return try load(text: text, name: file, environment: environment, overrides: overrides)
    }

    /// The same with the file's text at hand.
    package static func load(
        text: String,
        name: String,
        environment: [String: String] = [:],
        overrides: [ConfigurationOverride] = []
    ) throws(ConfigurationProblems) -> LoadedConfiguration {
        var reader = ConfigurationReader(file: name, environment: environment)
        reader.readFile(text)
        reader.readEnvironment()
        for override in overrides { reader.readOverride(override) }
        reader.check()
        guard reader.problems.isEmpty else { throw ConfigurationProblems(all: reader.problems.inOrder) }
        return LoadedConfiguration(configuration: reader.configuration, warnings: reader.warnings.inOrder)
    }
}

/// Gets the text of a configuration file, within bounds.
enum ConfigurationFile {
    /// The longest file read: a hundred times what the longest sensible one has.
    static let longest = 1 << 20

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
        guard data.count <= longest else { throw problem("is longer than \(longest >> 20) MiB") }
        guard let text = String(validating: data, as: UTF8.self) else {
            let valid = String(decoding: data, as: UTF8.self).prefix { $0 != "\u{FFFD}" }
            let line = valid.reduce(1) { $1.isNewline ? $0 + 1 : $0 }
            let message = "is not valid UTF-8"
            throw ConfigurationProblem(location: .file(path, line: line, column: 1), message: message)
        }
        return text
    }
}

/// Why a file that was named cannot be used.
enum FileProblem {
    /// In words, without a path of its own.
    static func describe(_ path: String) -> String {
        switch kind(path) {
        case nil: "no such file"
        case .typeDirectory: "it is a directory"
        default: FileManager.default.isReadableFile(atPath: path) ? "an input error" : "permission denied"
        }
    }

    static func isUsable(_ path: String) -> Bool {
        guard let kind = kind(path) else { return false }
        return kind != .typeDirectory && FileManager.default.isReadableFile(atPath: path)
    }

    /// What the path leads to, links followed; nil if nothing.
    private static func kind(_ path: String) -> FileAttributeType? {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return try? FileManager.default.attributesOfItem(atPath: target)[.type] as? FileAttributeType
    }
}
