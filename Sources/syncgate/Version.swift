import CProcess
import Cryptography
import Telemetry
import Upstream

/// The version of the program.
enum Version {
    static let build = BuildInformation(version: "0.1.0", revision: revision)

    static var line: String { "syncgate \(build.version) (revision \(build.revision), Swift \(build.swift))" }

    /// The libraries that the process has loaded; they may be newer than those of the build.
    static var libcurl: String { Upstream.LibraryVersion.text }
    static var openssl: String { Cryptography.LibraryVersion.text }

    private static var revision: String {
        unsafe syncgate_revision().map { unsafe String(cString: $0) } ?? "unknown"
    }
}
