import Messages
import SigV4

/// The meaning of a response of STS: credentials, or the name of an error.
enum STSResponse {
    /// The refusal of a request, as far as it may be shown: no message of AWS, which can repeat parts of the request.
    struct Refusal: Error, Equatable {
        var status: Int
        /// The name of the error; nil where the body is no error of STS.
        var code: String?
        /// The number under which AWS finds the request.
        var requestID: String?
    }

    /// The reason why a response with status 200 gives no credentials.
    struct Malformed: Error, Equatable {
        /// The words after "the response".
        var reason: String
    }

    /// Returns the credentials in the response to an action.
    static func credentials(in body: [UInt8], of action: String) throws(Malformed) -> Credentials {
        let root: XMLElement
        do {
            root = try XMLScanner.root(of: body)
        } catch {
            throw Malformed(reason: error.description)
        }
        guard root.name == "\(action)Response",
            let given = root.element(at: "\(action)Result", "Credentials")
        else { throw Malformed(reason: "has no credentials") }
        let end = try text("Expiration", in: given)
        guard let expiration = RFC3339.seconds(end) else {
            throw Malformed(reason: "has an Expiration that is not a time")
        }
        return Credentials(
            accessKeyID: try text("AccessKeyId", in: given),
            secretAccessKey: Secret(try text("SecretAccessKey", in: given)),
            sessionToken: Secret(try text("SessionToken", in: given)),
            expiration: expiration
        )
    }

    private static func text(_ name: String, in element: XMLElement) throws(Malformed) -> String {
        guard let text = element[name]?.text.trimmed, !text.isEmpty else {
            throw Malformed(reason: "lacks \(name)")
        }
        guard FieldText.isVisible(text) else {
            throw Malformed(reason: "has characters in \(name) that no header may have")
        }
        return text
    }

    /// Returns what a response with another status says, in letters, digits and hyphens alone.
    static func refusal(status: Int, body: [UInt8]) -> Refusal {
        guard let root = try? XMLScanner.root(of: body), root.name == "ErrorResponse" else {
            return Refusal(status: status)
        }
        return Refusal(
            status: status,
            code: word(root.element(at: "Error", "Code")?.text),
            requestID: word(root["RequestId"]?.text)
        )
    }

    private static func word(_ text: String?) -> String? {
        guard let text = text?.trimmed, (1...64).contains(text.utf8.count) else { return nil }
        let isWord = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."): true
            default: false
            }
        }
        return isWord ? text : nil
    }
}

extension STSResponse.Refusal {
    private static let throttled: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException", "RequestLimitExceeded", "SlowDown", "PriorRequestNotComplete",
    ]
    /// The errors that are mostly a race at the identity provider.
    private static let passing: Set<String> = ["IDPCommunicationError", "InvalidIdentityToken"]

    var isThrottled: Bool { status == 429 || code.map(Self.throttled.contains) ?? false }

    /// Whether the same request may succeed in a moment.
    var mayPass: Bool { status >= 500 || isThrottled || code.map(Self.passing.contains) ?? false }

    /// Whether the token of a web identity is past its end, so that the file has a newer one by now.
    var isExpiredToken: Bool { code == "ExpiredTokenException" || code == "ExpiredToken" }

    /// The status and the names, for a message.
    var summary: String {
        "status \(status)" + (code.map { ", \($0)" } ?? "") + (requestID.map { ", request \($0)" } ?? "")
    }

    /// The advice to the operator.
    var advice: String {
        switch code {
        case "AccessDenied", "AccessDeniedException":
            "let the trust policy of the role name this identity, and its policy allow the action"
        case "InvalidIdentityToken", "InvalidIdentityTokenException":
            "make the cluster's OIDC provider known to the account of the role, for the token's audience"
        case "ExpiredTokenException", "ExpiredToken":
            "see that the credentials or the token file are renewed, and that the clock is right"
        case "IDPCommunicationError", "IDPRejectedClaim":
            "see that AWS can reach the identity provider, and that the role accepts the claims of the token"
        case "RegionDisabledException":
            "turn STS on in this region, or set credentials.sts.region"
        case "ValidationError":
            "check the ARN, the session name, and the duration against the longest session of the role"
        case "InvalidClientTokenId", "SignatureDoesNotMatch", "IncompleteSignature",
            "UnrecognizedClientException":
            "check the keys of the source"
        case "RequestExpired":
            "set the clock of this machine"
        case _ where status >= 500 || isThrottled:
            "it is tried again by itself; see the AWS Health Dashboard if it stays"
        default:
            "check that this is an endpoint of STS"
        }
    }
}
