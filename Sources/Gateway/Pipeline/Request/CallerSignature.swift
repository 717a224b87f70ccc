package import CognitoSync
package import GatewayConfiguration
import HTTPTypes
package import Messages

/// The policy on a signature that a caller put on its own request.
///
/// The gateway signs with rights of its own. To replace the signature of a caller unasked would lend these
/// rights to a caller with weaker ones (threat T2). So the request is refused, or, if so configured, the
/// signature is dropped.
package enum CallerSignature {
    /// Refuses a signed request, or takes the signature out of it, as the policy says.
    ///
    /// - Throws: `InvalidParameterException`, for a signed request under the policy `refuse`.
    package static func applySignaturePolicy(
        _ request: inout Request,
        by policy: SignaturePolicy
    ) throws(APIError) {
        guard isSigned(request) else { return }
        switch policy {
        case .refuse:
            throw .invalidParameter(refusal(of: request))
        case .ignore:
            strip(&request)
        }
    }

    /// Returns the message, which tells a signature from another use of Authorization.
    private static func refusal(of request: Request) -> String {
        guard let field = request.head.headerFields[.authorization], !field.hasPrefix("AWS") else {
            return "the request is signed; send it unsigned: this gateway signs for its callers"
        }
        let scheme = APIError.quotable(String(field.prefix { $0 != " " }))
        return
            "the request has an Authorization field of the scheme '\(scheme)'; send none: this gateway does not use it"
    }

    private static func isSigned(_ request: Request) -> Bool {
        if request.head.headerFields.contains(.authorization) { return true }
        guard let path = request.head.path else { return false }
        return hasSigningParameter(path.utf8.span)
    }

    /// Returns whether the target has a parameter that `strip(_:)` would take out.
    ///
    /// It runs for every request.
    private static func hasSigningParameter(_ target: Span<UInt8>) -> Bool {
        guard let mark = target.indices.first(where: { target[$0] == UInt8(ascii: "?") }) else {
            return false
        }
        if isSigning(target.extracting((mark + 1)...)) { return true }
        for index in mark..<target.count where target[index] == UInt8(ascii: "&") {
            if isSigning(target.extracting((index + 1)...)) { return true }
        }
        return false
    }

    private static func isSigning(_ parameter: Span<UInt8>) -> Bool {
        let prefix = "x-amz-".utf8.span
        guard parameter.count >= prefix.count else { return false }
        for index in prefix.indices where parameter[index] | 0x20 != prefix[index] | 0x20 { return false }
        return true
    }

    private static func strip(_ request: inout Request) {
        request.head.headerFields[.authorization] = nil
        guard let path = request.head.path, let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return
        }
        let others = parameters(of: path, after: mark).filter { !isSigning($0) }
        request.head.path = path[..<mark] + (others.isEmpty ? "" : "?" + others.joined(separator: "&"))
    }

    private static func parameters(of path: String, after mark: String.Index) -> [Substring] {
        path[path.utf8.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
    }

    /// Returns whether a parameter belongs to a presigned URL.
    ///
    /// All of those begin with `X-Amz-`, and no operation has a parameter that does.
    private static func isSigning(_ parameter: Substring) -> Bool {
        parameter.prefix(6).lowercased() == "x-amz-"
    }
}
