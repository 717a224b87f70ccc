import NIOSSL

extension TLSFiles {
    /// Reads the files and makes the context that all connections of a listener share.
    ///
    /// TLS 1.2 is the least version. A client certificate is requested only if there is an authority to check
    /// it against. Then each connection must have one. The chain is verified to that authority alone.
    /// BoringSSL also requires, in a server, that the certificate is fit for client authentication.
    ///
    /// - Throws: `ServingError.badTLS` with the first file that cannot be used.
    func context() throws(ServingError) -> NIOSSLContext {
        let chain = try read(certificateFile) { try NIOSSLCertificate.fromPEMFile($0) }
        guard !chain.isEmpty else { throw .badTLS(file: certificateFile, reason: "it has no certificate") }
        let key = try read(keyFile) { try NIOSSLPrivateKey(file: $0, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        if let clientCAFile {
            let authorities = try read(clientCAFile) { try NIOSSLCertificate.fromPEMFile($0) }
            guard !authorities.isEmpty else {
                throw .badTLS(file: clientCAFile, reason: "it has no certificate")
            }
            configuration.trustRoots = .certificates(authorities)
            configuration.certificateVerification = .noHostnameVerification
        }
        let complete = configuration
        return try read(keyFile) { _ in try NIOSSLContext(configuration: complete) }
    }

    /// Runs `body` on a file, and puts the name of the file into its error.
    private func read<Value>(_ file: String, _ body: (String) throws -> Value) throws(ServingError) -> Value {
        do {
            return try body(file)
        } catch {
            throw .badTLS(file: file, reason: "\(error)")
        }
    }
}
