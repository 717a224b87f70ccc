private import CCrypto

/// The authorities that callers' certificates must lead to, with their revocation lists, by OpenSSL's libcrypto.
///
/// It is made once for a listener, and verifies on many threads.
// Unchecked: the pointer never changes, and an X509_STORE has a lock of its own.
@safe package final class CertificateAuthorities: @unchecked Sendable {
    /// The times in seconds since 1970 when the authorities end, in the order of the text.
    package let ends: [Int64]
    /// The time in seconds since 1970 when the next revocation list is due; nil without lists.
    package let listsUntil: Int64?
    private let store: OpaquePointer

    /// The least strength of keys and hashes: 112 bits, so RSA of 2048 bits and SHA-256.
    private static let securityLevel: CInt = 2

    /// Reads the authorities, and the revocation lists if there are any, from PEM.
    ///
    /// With a list, every certificate of a chain must have one of its authority, as nginx and HAProxy ask too.
    package init(_ text: [UInt8], revocationLists: [UInt8]? = nil) throws(CertificateFault) {
        let authorities = Certificates(pem: text)
        guard authorities.isWhole, !authorities.all.isEmpty else { throw .malformed }
        var lists: RevocationLists?
        if let revocationLists {
            let read = RevocationLists(pem: revocationLists)
            guard read.isWhole, !read.all.isEmpty else { throw .malformedList }
            guard read.areSigned(by: authorities) else { throw .foreignList }
            lists = read
        }
        guard let store = unsafe X509_STORE_new() else { throw .outOfMemory }
        for certificate in authorities.all { _ = unsafe X509_STORE_add_cert(store, certificate.pointer) }
        if let lists {
            for list in lists.all { _ = unsafe X509_STORE_add_crl(store, list.pointer) }
            _ = unsafe X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
        }
        _ = unsafe X509_STORE_set_purpose(store, X509_PURPOSE_SSL_CLIENT)
        if let parameters = unsafe X509_STORE_get0_param(store) {
            unsafe X509_VERIFY_PARAM_set_auth_level(parameters, Self.securityLevel)
        }
        unsafe self.store = store
        ends = authorities.ends
        listsUntil = lists?.nextUpdate
    }

    deinit { unsafe X509_STORE_free(store) }

    /// Verifies a chain of DER, the certificate of the caller first.
    ///
    /// The certificate must say that it is for client authentication: one without any purpose is refused.
    package func verify(_ chain: [[UInt8]]) -> CertificateVerdict {
        let given = Certificates(der: chain)
        guard given.isWhole, let leaf = unsafe given.all.first?.pointer,
            let context = unsafe X509_STORE_CTX_new()
        else { return .unfit }
        defer { unsafe X509_STORE_CTX_free(context) }
        let others = unsafe syncgate_certificates_new()
        defer { unsafe syncgate_certificates_free(others) }
        for other in given.all.dropFirst() where unsafe X509_up_ref(other.pointer) == 1 {
            if unsafe syncgate_certificates_push(others, other.pointer) == 0 {
                unsafe X509_free(other.pointer)
            }
        }
        guard unsafe X509_STORE_CTX_init(context, store, leaf, others) == 1 else { return .unfit }
        guard unsafe X509_verify_cert(context) == 1 else {
            return CertificateVerdict(code: unsafe X509_STORE_CTX_get_error(context))
        }
        let hasPurposes = unsafe X509_get_extension_flags(leaf) & UInt32(EXFLAG_XKUSAGE) != 0
        let isForClients = unsafe X509_get_extended_key_usage(leaf) & UInt32(XKU_SSL_CLIENT) != 0
        return hasPurposes && isForClients ? .trusted : .unfit
    }
}

extension CertificateVerdict {
    fileprivate init(code: CInt) {
        self =
            switch code {
            case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: .outOfDate
            case X509_V_ERR_CERT_REVOKED: .revoked
            case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID,
                X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
                .noRevocationList
            case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_CERT_SIGNATURE_FAILURE,
                X509_V_ERR_CERT_UNTRUSTED:
                .unknownAuthority
            default: .unfit
            }
    }
}
