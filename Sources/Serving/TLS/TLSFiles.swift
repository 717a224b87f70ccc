/// The files of a TLS listener, all PEM.
package struct TLSFiles: Sendable, Equatable {
    /// The certificate of the server, and after it the intermediates up to the root.
    package var certificateFile: String
    package var keyFile: String
    /// The authorities that sign client certificates; if given, each caller must show a certificate of one of
    /// them.
    package var clientCAFile: String?
    /// The revocation lists of the authorities; needs them.
    package var clientCRLFile: String?

    package init(
        certificateFile: String,
        keyFile: String,
        clientCAFile: String? = nil,
        clientCRLFile: String? = nil
    ) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.clientCAFile = clientCAFile
        self.clientCRLFile = clientCRLFile
    }
}

/// A file of a TLS listener that cannot be used.
package struct TLSFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The part that a file has in a listener; the raw value is the last word of its key.
    package enum Part: String, CaseIterable, Sendable {
        case certificate = "certificate_file"
        case key = "key_file"
        case callerAuthorities = "client_ca_file"
        case revocationLists = "client_crl_file"
    }

    package let part: Part
    package let file: String
    /// Completes a sentence that begins with the file: `is empty; write …`.
    package let reason: String

    package var description: String { "'\(file)' \(reason)" }
}
