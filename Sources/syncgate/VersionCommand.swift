import ArgumentParser
import Gateway

/// Prints what is running: `syncgate version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { print(Version.line) }
}

enum Version {
    static let build = BuildInformation(version: "0.1.0")

    static var line: String { "syncgate \(build.version) (revision \(build.revision), Swift \(build.swift))" }
}
