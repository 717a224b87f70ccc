import NIOSSL

/// The name that a verified client certificate gives.
///
/// It is the first alternative name of kind URI (for example a SPIFFE id), else DNS, else the common name.
/// The kind stands before it as OpenSSL prints it. So a common name that looks like a DNS name is not taken
/// for one.
enum CertificateName {
    /// Returns the name; nil for a certificate that has none of the three.
    static func of(_ certificate: NIOSSLCertificate) -> String? {
        let names = certificate._subjectAlternativeNames()
        for (kind, prefix) in [(_SubjectAlternativeName.NameType.uri, "URI:"), (.dnsName, "DNS:")] {
            if let name = names.first(where: { $0.nameType == kind }) {
                return prefix + String(decoding: name.contents, as: UTF8.self)
            }
        }
        // The library shows the common name only in the description of the certificate.
        let mark = ";common_name="
        let text = certificate.description
        guard let start = text.firstRange(of: mark)?.upperBound else { return nil }
        let end = names.isEmpty ? nil : text.ranges(of: ";alternative_names=").last?.lowerBound
        let name = text[start..<(end ?? text.index(before: text.endIndex))]
        return name.isEmpty ? nil : "CN=" + name
    }
}
