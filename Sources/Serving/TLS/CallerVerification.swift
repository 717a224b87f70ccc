import Cryptography
import NIOCore
import NIOSSL

/// The verification of the certificate of one caller, and its result.
///
/// The library asks for it once, on the event loop of the connection.
final class CallerVerification {
    private let authorities: CertificateAuthorities?
    /// The reason to refuse the caller; nil before the verification, and after a success.
    private(set) var refusal: HandshakeOutcome?

    init(_ authorities: CertificateAuthorities?) { self.authorities = authorities }

    /// Makes the TLS handler of the connection.
    func handler(_ context: NIOSSLContext) -> NIOSSLServerHandler {
        guard authorities != nil else { return NIOSSLServerHandler(context: context) }
        return NIOSSLServerHandler(context: context) { certificates, promise in
            promise.succeed(self.verify(certificates) ? .certificateVerified : .failed)
        }
    }

    private func verify(_ certificates: [NIOSSLCertificate]) -> Bool {
        guard let authorities else { return true }
        // More than any real chain has; each costs a check of its signature.
        guard certificates.count <= 10, let chain = try? certificates.map({ try $0.toDERBytes() }) else {
            refusal = .unfit
            return false
        }
        refusal =
            switch authorities.verify(chain) {
            case .trusted: nil
            case .unknownAuthority: .unknownAuthority
            case .outOfDate: .expired
            case .revoked: .revoked
            case .noRevocationList: .noRevocationList
            case .unfit: .unfit
            }
        return refusal == nil
    }
}

@available(*, unavailable)
extension CallerVerification: Sendable {}
