/// A received Authorization field, parsed but not yet verified.
struct AuthorizationField {
    var accessKeyID: String
    var scope: CredentialScope
    var terminator: String
    var signedHeaders: [String]
    /// The signature as received: hexadecimal digits, if the field is well-formed.
    var signature: String

    /// Parses `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, the parts in any order.
    ///
    /// - Parameter hasDate: whether the request carries its signing time. AWS lists a missing time with the
    ///   missing parts.
    init(_ text: String, hasDate: Bool) throws(SignatureError) {
        let parameters = try Self.parameters(text)
        var missing = ["Credential", "Signature", "SignedHeaders"]
            .filter { parameters[$0, default: ""].isEmpty }
            .map { "Authorization header requires '\($0)' parameter. " }
            .joined()
        if !hasDate {
            missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        }
        guard missing.isEmpty, let credential = parameters["Credential"],
            let signature = parameters["Signature"], let names = parameters["SignedHeaders"]
        else { throw SignatureError(.incompleteSignature, missing + "Authorization=" + text) }

        let algorithm = text.prefix { $0 != " " }
        guard algorithm == StringToSign.algorithm else {
            throw SignatureError(
                .incompleteSignature,
                "Unsupported AWS 'algorithm': '\(algorithm)' (only AWS4-HMAC-SHA256 for now). "
            )
        }
        let parts = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5 else {
            throw SignatureError(
                .incompleteSignature,
                "Credential must have exactly 5 slash-delimited elements, "
                    + "e.g. keyid/date/region/service/term, got '\(credential)'"
            )
        }
        accessKeyID = parts[0]
        scope = CredentialScope(date: parts[1], region: parts[2], service: parts[3])
        terminator = parts[4]
        signedHeaders = names.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        self.signature = signature
    }

    private static func parameters(_ text: String) throws(SignatureError) -> [String: String] {
        var parameters: [String: String] = [:]
        for item in text.split(whereSeparator: { $0 == " " || $0 == "," }).dropFirst() {
            guard let equals = item.firstIndex(of: "=") else {
                throw SignatureError(
                    .incompleteSignature,
                    "'\(item)' not a valid key=value pair (missing equal-sign) "
                        + "in Authorization header: '\(text)'."
                )
            }
            parameters[String(item[..<equals])] = String(item[item.index(after: equals)...])
        }
        return parameters
    }
}
