package import Serving

extension Configuration.TLS {
    /// The files of a listener that speaks TLS; nil for one that does not.
    package var files: TLSFiles? {
        guard let certificateFile, let keyFile else { return nil }
        return TLSFiles(
            certificateFile: certificateFile,
            keyFile: keyFile,
            clientCAFile: clientCAFile,
            clientCRLFile: clientCRLFile
        )
    }

    var paths: [(key: String, path: String?)] {
        [
            ("certificate_file", certificateFile), ("key_file", keyFile), ("client_ca_file", clientCAFile),
            ("client_crl_file", clientCRLFile),
        ]
    }
}

extension ConfigurationChecks {
    /// Checks the files of a listener, together and one by one: they are loaded as at a start.
    mutating func checkTLS(_ section: String, _ tls: Configuration.TLS) {
        let (certificate, key) = ("\(section).certificate_file", "\(section).key_file")
        let (authority, list) = ("\(section).client_ca_file", "\(section).client_crl_file")
        if let file = tls.certificateFile, tls.keyFile == nil {
            fault(certificate, file, "has no key; give \(key) too", with: [key])
        }
        if let file = tls.keyFile, tls.certificateFile == nil {
            fault(key, file, "has no certificate; give \(certificate) too", with: [certificate])
        }
        if let file = tls.clientCAFile, tls.certificateFile == nil {
            fault(authority, file, "has no effect without TLS; give \(certificate) too", with: [certificate])
        }
        if let file = tls.clientCRLFile, tls.clientCAFile == nil {
            fault(list, file, "has no authority to revoke for; give \(authority) too", with: [authority])
        }
        // A file that cannot be read is reported already, with the reason of the system.
        let areUsable = tls.paths.allSatisfy { $0.path.map(FileProblem.isUsable) ?? true }
        guard areUsable, let files = tls.files else { return }
        do throws(TLSFault) {
            for period in try files.load().periods {
                guard let notice = period.notice else { continue }
                doubt("\(section).\(period.part.rawValue)", period.file, notice.reason)
            }
        } catch {
            fault("\(section).\(error.part.rawValue)", error.file, error.reason)
        }
    }
}
