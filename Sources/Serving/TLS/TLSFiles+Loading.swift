import Cryptography
import NIOSSL

extension TLSFiles {
    /// Reads the files and makes what all connections of a listener share.
    ///
    /// A client certificate is requested only if there is an authority to check it against. Then each
    /// connection must have one.
    ///
    /// - Throws: ``TLSFault`` with the first file that cannot be used.
    package func load() throws(TLSFault) -> TLSIdentity {
        let chain = try certificates()
        let key = try privateKey()
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuites = Self.cipherSuites
        configuration.applicationProtocols = ["http/1.1"]
        var periods = [ValidityPeriod(.certificate, certificateFile, of: chain)]
        var authorities: CertificateAuthorities?
        if let clientCAFile {
            let (trusted, file) = try callerAuthorities(clientCAFile)
            configuration.trustRoots = .certificates(trusted)
            configuration.certificateVerification = .noHostnameVerification
            periods.append(ValidityPeriod(.callerAuthorities, clientCAFile, of: trusted))
            let loaded = try revocable(clientCAFile, file)
            if let until = loaded.listsUntil, let clientCRLFile {
                periods.append(ValidityPeriod(.revocationLists, clientCRLFile, until: until))
            }
            authorities = loaded
        }
        do {
            let context = try NIOSSLContext(configuration: configuration)
            return TLSIdentity(context: context, authorities: authorities, periods: periods)
        } catch {
            // The key itself can be read. So what is left is that it does not fit the certificate.
            guard case .failedToLoadPrivateKey = error as? NIOSSLError else {
                throw fault(.certificate, certificateFile, "cannot be used by the TLS library; renew it")
            }
            let reason = "is not the key of the first certificate in '\(certificateFile)'; name its key"
            throw fault(.key, keyFile, reason)
        }
    }

    /// The suites of TLS 1.2 in Mozilla's "intermediate" configuration that the library has.
    ///
    /// Those of TLS 1.3 cannot be chosen and are all good.
    private static let cipherSuites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")

    private func certificates() throws(TLSFault) -> [NIOSSLCertificate] {
        let file = try PEMFile(certificateFile, .certificate)
        if !file.holdsCertificate, file.holdsKey {
            let advice = "swap it with the file of the key, or name the certificate"
            throw fault(.certificate, certificateFile, "has a key and no certificate; \(advice)")
        }
        return try certificates(file, .certificate, certificateFile)
    }

    private func certificates(
        _ file: PEMFile,
        _ part: TLSFault.Part,
        _ path: String
    ) throws(TLSFault) -> [NIOSSLCertificate] {
        guard file.holdsCertificate else {
            throw fault(part, path, "has no certificate; name a PEM file with one")
        }
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(file.bytes), !certificates.isEmpty
        else {
            throw fault(part, path, "has a certificate that cannot be read; write it again")
        }
        return certificates
    }

    private func privateKey() throws(TLSFault) -> NIOSSLPrivateKey {
        let file = try PEMFile(keyFile, .key)
        guard !file.holdsEncryptedKey else {
            let advice = "decrypt it by 'openssl pkey -in FILE -out FILE', and protect the file instead"
            throw fault(
                .key,
                keyFile,
                "is an encrypted key, and there is no one to ask for its password; \(advice)"
            )
        }
        guard file.holdsKey else {
            let reason = file.holdsCertificate ? "has a certificate and no key" : "has no key"
            throw fault(.key, keyFile, "\(reason); swap it with the file of the certificate, or name the key")
        }
        guard let key = try? NIOSSLPrivateKey(bytes: file.bytes, format: .pem) else {
            throw fault(.key, keyFile, "has a key that cannot be read; write it again")
        }
        return key
    }

    private func callerAuthorities(
        _ path: String
    ) throws(TLSFault) -> ([NIOSSLCertificate], PEMFile) {
        let file = try PEMFile(path, .callerAuthorities)
        return (try certificates(file, .callerAuthorities, path), file)
    }

    private func revocable(_ path: String, _ file: PEMFile) throws(TLSFault) -> CertificateAuthorities {
        var lists: PEMFile?
        if let clientCRLFile {
            let read = try PEMFile(clientCRLFile, .revocationLists)
            guard read.holdsRevocationList else {
                let reason = "has no revocation list; name a PEM file with '-----BEGIN X509 CRL-----'"
                throw fault(.revocationLists, clientCRLFile, reason)
            }
            lists = read
        }
        do {
            return try CertificateAuthorities(file.bytes, revocationLists: lists?.bytes)
        } catch {
            let crl = clientCRLFile ?? ""
            switch error {
            case .malformed:
                throw fault(.callerAuthorities, path, "has a certificate that cannot be read; write it again")
            case .malformedList:
                throw fault(
                    .revocationLists,
                    crl,
                    "has a revocation list that cannot be read; write it again"
                )
            case .foreignList:
                throw fault(
                    .revocationLists,
                    crl,
                    "is not signed by an authority in '\(path)'; name its list"
                )
            case .outOfMemory:
                throw fault(.callerAuthorities, path, "cannot be loaded: out of memory; try again")
            }
        }
    }

    private func fault(_ part: TLSFault.Part, _ file: String, _ reason: String) -> TLSFault {
        TLSFault(part: part, file: file, reason: reason)
    }
}
