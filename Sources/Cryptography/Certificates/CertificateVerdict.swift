/// The result of the verification of a certificate.
package enum CertificateVerdict: Sendable, Equatable {
    case trusted
    /// The chain leads to none of the authorities.
    case unknownAuthority
    /// A certificate of the chain is expired or not yet valid.
    case outOfDate
    case revoked
    /// There is no revocation list of an authority of the chain, or it is out of date.
    case noRevocationList
    /// The certificate is for another purpose, too weak, or broken.
    case unfit
}

/// The reason why authorities cannot be used.
package enum CertificateFault: Error, Sendable, Equatable {
    /// The text holds no certificate, or one that cannot be read.
    case malformed
    /// The text holds no revocation list, or one that cannot be read.
    case malformedList
    /// None of the revocation lists is signed by one of the authorities.
    case foreignList
    case outOfMemory
}
