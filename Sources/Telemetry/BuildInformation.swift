/// The labels of `syncgate_build_info`.
package struct BuildInformation: Sendable, Equatable {
    package var version: String
    package var revision: String
    package var swift: String

    package init(
        version: String = "0.0.0",
        revision: String = "unknown",
        swift: String = BuildInformation.compiler
    ) {
        self.version = version
        self.revision = revision
        self.swift = swift
    }

    /// The version of Swift that compiled this, as far as the compiler lets a program know it.
    package static var compiler: String {
        #if compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}
