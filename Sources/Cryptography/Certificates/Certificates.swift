private import CCrypto

/// An object of libcrypto that its owner frees.
@safe struct Handle {
    let pointer: OpaquePointer
}

/// The certificates of a text, as libcrypto has them.
@safe final class Certificates {
    private(set) var all: [Handle] = []
    /// Whether everything that looks like a certificate could be read.
    private(set) var isWhole = true

    /// Reads all certificates of a PEM text; other parts are passed over.
    init(pem text: [UInt8]) {
        isWhole = unsafe PEMText.read(text, "CERTIFICATE") { input in
            guard let certificate = unsafe PEM_read_bio_X509(input, nil, nil, nil) else { return false }
            unsafe all.append(Handle(pointer: certificate))
            return true
        }
    }

    /// Reads one certificate from each text of DER.
    init(der texts: [[UInt8]]) {
        for text in texts {
            let certificate = unsafe text.withUnsafeBufferPointer { bytes in
                var start = bytes.baseAddress
                return unsafe d2i_X509(nil, &start, bytes.count)
            }
            if let certificate = unsafe certificate {
                unsafe all.append(Handle(pointer: certificate))
            } else {
                isWhole = false
            }
        }
    }

    deinit { for certificate in all { unsafe X509_free(certificate.pointer) } }

    /// The ends of the certificates in seconds since 1970.
    var ends: [Int64] { all.map { unsafe syncgate_seconds(X509_get0_notAfter($0.pointer)) } }
}

/// The revocation lists of a text, as libcrypto has them.
@safe final class RevocationLists {
    private(set) var all: [Handle] = []
    private(set) var isWhole = true

    init(pem text: [UInt8]) {
        isWhole = unsafe PEMText.read(text, "X509 CRL") { input in
            guard let list = unsafe PEM_read_bio_X509_CRL(input, nil, nil, nil) else { return false }
            unsafe all.append(Handle(pointer: list))
            return true
        }
    }

    deinit { for list in all { unsafe X509_CRL_free(list.pointer) } }

    /// The time in seconds since 1970 when the first of them is due again; nil if none says so.
    var nextUpdate: Int64? {
        all.map { unsafe syncgate_seconds(X509_CRL_get0_nextUpdate($0.pointer)) }.filter { $0 > 0 }.min()
    }

    /// Returns whether one of the lists at least is signed by one of the authorities.
    ///
    /// The others may be those of intermediate authorities, which are in no file.
    func areSigned(by authorities: Certificates) -> Bool {
        all.contains { list in
            authorities.all.contains { authority in
                guard let key = unsafe X509_get0_pubkey(authority.pointer) else { return false }
                return unsafe X509_CRL_verify(list.pointer, key) == 1
            }
        }
    }
}

/// The reader of the parts of a PEM text.
private enum PEMText {
    /// Calls `next` for each part with a label; returns whether all of them could be read.
    static func read(_ text: [UInt8], _ label: String, _ next: (OpaquePointer) -> Bool) -> Bool {
        let count = String(decoding: text, as: UTF8.self).ranges(of: "-----BEGIN \(label)-----").count
        return unsafe text.withUnsafeBytes { bytes in
            guard let input = unsafe BIO_new_mem_buf(bytes.baseAddress, CInt(clamping: bytes.count)) else {
                return count == 0
            }
            defer {
                _ = unsafe BIO_free(input)
                ERR_clear_error()
            }
            for _ in 0..<count where unsafe !next(input) { return false }
            return true
        }
    }
}
