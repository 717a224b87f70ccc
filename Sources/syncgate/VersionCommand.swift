import ArgumentParser
import Gateway

/// Prints what is running: `syncgate version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { print(Version.line) }
}

enum Version {
    static var line: String {
        let build = BuildInfo.current
        return "syncgate \(build.version) (\(build.revision), Swift \(build.swift))"
    }
}
