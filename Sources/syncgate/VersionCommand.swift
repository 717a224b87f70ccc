import ArgumentParser
import Foundation
import Telemetry

/// The command that prints the version of the program: `syncgate version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    @Flag(help: "Print an object with the versions of the libraries too.")
    var json = false

    func run() throws {
        guard json else { return print(Version.line) }
        print(try JSONText.render(VersionReport()))
    }
}

/// The versions of the program and of what it was built with and runs with.
private struct VersionReport: Encodable {
    var version = Version.build.version
    var revision = Version.build.revision
    var swift = Version.build.swift
    var libcurl = Version.libcurl
    var openssl = Version.openssl
}
