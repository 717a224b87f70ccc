package import CognitoSync
import HTTPTypes
package import Messages

/// What becomes of a signature that a caller put on its own request.
///
/// The gateway signs with rights of its own: to replace a caller's signature unasked would lend those rights to
/// whoever held weaker ones (threat T2). So it is refused, or, where the operator says so, dropped.
package enum CallerSignature {
    /// Throws if the request is signed and signatures are refused; else takes the signature out of it.
    package static func applySignaturePolicy(
        _ request: inout Request,
        by policy: SignaturePolicy
    ) throws(APIError) {
        guard isSigned(request) else { return }
        switch policy {
        case .refuse:
            throw .invalidParameter(
                "the request is signed; send it unsigned: this gateway signs for its callers"
            )
        case .ignore:
            strip(&request)
        }
    }

    private static func isSigned(_ request: Request) -> Bool {
        if request.head.headerFields.contains(.authorization) { return true }
        guard let path = request.head.path else { return false }
        return hasSigningParameter(path.utf8.span)
    }

    /// Whether there is a parameter that `strip` would take out; asked of every request.
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
        let cached = parameters(of: path, after: mark).filter { !isSigning($0) }
        request.head.path = path[..<mark] + (cached.isEmpty ? "" : "?" + cached.joined(separator: "&"))
    }

    private static func parameters(of path: String, after mark: String.Index) -> [Substring] {
        path[path.utf8.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
    }

    /// The parameters of a presigned URL all begin with `X-Amz-`, and no operation has one that does.
    private static func isSigning(_ parameter: Substring) -> Bool {
        parameter.prefix(6).lowercased() == "x-amz-"
    }
}
