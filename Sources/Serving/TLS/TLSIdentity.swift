import Cryptography
import Messages
import NIOSSL

/// The certificate of a listener, its key, and the authorities of its callers, all loaded.
package final class TLSIdentity: Sendable {
    let context: NIOSSLContext
    let authorities: CertificateAuthorities?
    /// The times in which the files are valid.
    package let periods: [ValidityPeriod]

    init(context: NIOSSLContext, authorities: CertificateAuthorities?, periods: [ValidityPeriod]) {
        self.context = context
        self.authorities = authorities
        self.periods = periods
    }
}

/// The time in which a file of a listener is valid, in seconds since 1970.
///
/// Of several certificates in a file, the first that ends decides.
package struct ValidityPeriod: Sendable, Equatable {
    package let part: TLSFault.Part
    package let file: String
    package let begin: Int64
    package let end: Int64

    /// The time before the end in which there are warnings: 30 days.
    package static let notice: Int64 = 30 * 86_400

    init(_ part: TLSFault.Part, _ file: String, of certificates: [NIOSSLCertificate]) {
        self.part = part
        self.file = file
        begin = certificates.map { Int64($0.notValidBefore) }.max() ?? .min
        end = certificates.map { Int64($0.notValidAfter) }.min() ?? .max
    }

    init(_ part: TLSFault.Part, _ file: String, until end: Int64) {
        self.part = part
        self.file = file
        begin = .min
        self.end = end
    }

    /// The state at a moment.
    package enum State: Sendable, Equatable {
        case valid
        case notYetValid
        /// Less than 30 days are left; of a revocation list, which is renewed often, none.
        case endsSoon
        case ended
    }

    /// The words of an operator about a file that ends soon, has ended, or is not valid yet.
    package struct Notice: Sendable, Equatable {
        /// Completes a sentence that begins with the file.
        package let reason: String
        /// Whether the file is of no use now.
        package let isError: Bool
    }

    /// The notice about the file now; nil for a file that is valid for long.
    package var notice: Notice? {
        let now = Platform.wallClock()
        switch state(at: now) {
        case .valid: return nil
        case .ended:
            let verb = part == .revocationLists ? "was due again on" : "expired on"
            return Notice(reason: "\(verb) \(Self.day(end)); renew it", isError: true)
        case .notYetValid:
            return Notice(reason: "is not valid before \(Self.day(begin)); check the clock", isError: true)
        case .endsSoon:
            let days = (end - now) / 86_400
            return Notice(reason: "expires on \(Self.day(end)), in \(days) days; renew it", isError: false)
        }
    }

    /// Returns the time in the form of RFC 3339, to the second.
    private static func day(_ seconds: Int64) -> String {
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return RFC3339.text(nanosecondsSince1970: overflow ? 0 : nanoseconds).prefix(19) + "Z"
    }

    package func state(at now: Int64) -> State {
        if now >= end { return .ended }
        if now < begin { return .notYetValid }
        let notice = part == .revocationLists ? 0 : Self.notice
        return end - now < notice ? .endsSoon : .valid
    }
}
