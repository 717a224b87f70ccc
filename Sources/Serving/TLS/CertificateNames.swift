import NIOSSL

/// The names that a verified client certificate gives, by their kind.
package struct CertificateNames: Sendable, Equatable {
    /// The alternative names of kind URI, for example a SPIFFE id, in their order.
    package let uris: [String]
    /// The alternative names of kind DNS, in their order.
    package let dns: [String]
    /// The common name; nil where there is none, and for a certificate whose subject is not plain text.
    package let common: String?

    package init(uris: [String] = [], dns: [String] = [], common: String? = nil) {
        self.uris = uris
        self.dns = dns
        self.common = common
    }

    /// The one name for the log and for buckets, where no callers are configured: URI, else DNS, else the common name.
    ///
    /// The kind stands before it as OpenSSL prints it. So a common name that looks like a DNS name is not taken
    /// for one.
    package var first: String? {
        uris.first.map { "URI:" + $0 } ?? dns.first.map { "DNS:" + $0 } ?? common.map { "CN=" + $0 }
    }
}

extension CertificateNames {
    init(_ certificate: NIOSSLCertificate) {
        let names = certificate._subjectAlternativeNames()
        func texts(_ kind: _SubjectAlternativeName.NameType) -> [String] {
            names.filter { $0.nameType == kind }.map { String(decoding: $0.contents, as: UTF8.self) }
        }
        self.init(
            uris: texts(.uri),
            dns: texts(.dnsName),
            common: Self.commonName(of: certificate, hasAlternatives: !names.isEmpty)
        )
    }

    /// Returns the common name, which the library shows only in the description of the certificate.
    private static func commonName(of certificate: NIOSSLCertificate, hasAlternatives: Bool) -> String? {
        let mark = ";common_name="
        let text = certificate.description
        guard let start = text.firstRange(of: mark)?.upperBound else { return nil }
        let end = hasAlternatives ? text.ranges(of: ";alternative_names=").last?.lowerBound : nil
        let name = text[start..<(end ?? text.index(before: text.endIndex))]
        return name.isEmpty ? nil : String(name)
    }
}
