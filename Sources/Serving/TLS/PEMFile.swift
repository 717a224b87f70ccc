import Glibc

/// The text of a file of a TLS listener, looked at before a library reads it.
///
/// The libraries say the same words about an empty file, a key in place of a certificate and plain garbage.
struct PEMFile {
    /// The largest file that is read, in bytes; a bundle of all public authorities has 250 KiB.
    static let most = 4 << 20

    let bytes: [UInt8]
    private let text: String

    /// Reads a file.
    ///
    /// - Throws: ``TLSFault`` if it cannot be read, is empty, or is no PEM at all.
    init(_ path: String, _ part: TLSFault.Part) throws(TLSFault) {
        func fault(_ reason: String) -> TLSFault { TLSFault(part: part, file: path, reason: reason) }
        let read = Platform.bytes(of: path, most: Self.most + 1)
        guard let read else {
            throw fault("cannot be read: \(Platform.message(of: errno)); correct the path or its rights")
        }
        guard read.count <= Self.most else { throw fault("has more than 4 MiB; name a PEM file") }
        bytes = read
        text = String(decoding: read, as: UTF8.self)
        guard !text.allSatisfy(\.isWhitespace) else { throw fault("is empty; write the PEM to it") }
        guard text.contains("-----BEGIN ") else {
            throw fault("is not PEM: it has no line '-----BEGIN …'; name a PEM file")
        }
    }

    var holdsCertificate: Bool { text.contains("-----BEGIN CERTIFICATE-----") }
    var holdsRevocationList: Bool { text.contains("-----BEGIN X509 CRL-----") }
    var holdsKey: Bool { text.contains("PRIVATE KEY-----") }
    var holdsEncryptedKey: Bool {
        text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED")
    }
}
