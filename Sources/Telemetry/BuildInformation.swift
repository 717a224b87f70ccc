/// The labels of `syncgate_build_info`.
package struct BuildInformation: Sendable, Equatable {
    package var version: String
    package var revision: String
    package var swift: String

    package init(version: String = "0.0.0", revision: String = "unknown", swift: String = "6.3") {
        self.version = version
        self.revision = revision
        self.swift = swift
    }
}
