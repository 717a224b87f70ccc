import NIOSSL

extension TLSFiles {
    /// Reads the files and makes the context that all connections of a listener share.
    ///
    /// TLS 1.2 is the least. A client certificate is asked for only where there is an authority to check it against,
    /// and then no connection is without one: the chain is verified to that authority alone and, as BoringSSL does
    /// for a server, the certificate must be fit for client authentication.
    func context() throws(ServingError) -> NIOSSLContext {
        let chain = try read(certificateFile) { try NIOSSLCertificate.fromPEMFile($0) }
        guard !chain.isEmpty else { throw .badTLS(file: certificateFile, reason: "no certificate in it") }
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
                throw .badTLS(file: clientCAFile, reason: "no certificate in it")
            }
            configuration.trustRoots = .certificates(authorities)
            configuration.certificateVerification = .noHostnameVerification
        }
        let complete = configuration
        return try read(keyFile) { _ in try NIOSSLContext(configuration: complete) }
    }

    private func read<Value>(_ file: String, _ body: (String) throws -> Value) throws(ServingError) -> Value {
        do {
            return try body(file)
        } catch {
            throw .badTLS(file: file, reason: "\(error)")
        }
    }
}

/// The name that a verified client certificate gives.
///
/// The first alternative name of kind URI (a SPIFFE id, say), else DNS, else the common name, each with its kind
/// before it as OpenSSL prints it; so a common name that reads like a DNS name is never taken for one.
enum CertificateName {
    static func of(_ certificate: NIOSSLCertificate) -> String? {
        let names = certificate._subjectAlternativeNames()
        for (kind, prefix) in [(_SubjectAlternativeName.NameType.uri, "URI:"), (.dnsName, "DNS:")] {
            if let name = names.first(where: { $0.nameType == kind }) {
                return prefix + String(decoding: name.contents, as: UTF8.self)
            }
        }
        // The library shows the common name only in the certificate's description.
        let mark = ";common_name="
        let text = certificate.description
        guard let start = text.firstRange(of: mark)?.upperBound else { return nil }
        let end = names.isEmpty ? nil : text.ranges(of: ";alternative_names=").last?.lowerBound
        let name = text[start..<(end ?? text.index(before: text.endIndex))]
        return name.isEmpty ? nil : "CN=" + name
    }
}
