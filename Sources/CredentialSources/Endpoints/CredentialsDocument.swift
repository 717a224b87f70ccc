import Foundation
import Messages
import SigV4

/// The JSON document with which a container agent and the instance metadata service give credentials.
///
/// The sender bounds its size. Errors name properties, never their values.
struct CredentialsDocument: Decodable {
    /// The reason why a document gives no credentials.
    struct Malformed: Error, Equatable {
        /// The text after "the response": what is wrong with it.
        var reason: String
    }

    private enum CodingKeys: String, CodingKey {
        case code = "Code"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case expiration = "Expiration"
    }

    /// `Success`, or the name of an error; only the instance metadata service sends it.
    private var code: String?
    private var accessKeyID: String?
    private var secretAccessKey: String?
    private var token: String?
    private var expiration: String?

    static func credentials(_ body: [UInt8]) throws(Malformed) -> Credentials {
        guard let document = try? JSONDecoder().decode(Self.self, from: Data(body)) else {
            throw Malformed(reason: "is not a JSON document of credentials")
        }
        return try document.credentials()
    }

    private func credentials() throws(Malformed) -> Credentials {
        if let code, code != "Success" {
            throw Malformed(reason: "has the code '\(Self.printable(code))'")
        }
        let end = try Self.required(expiration, "Expiration")
        guard let expiration = RFC3339.seconds(end) else {
            throw Malformed(reason: "has an Expiration that is not a time")
        }
        return Credentials(
            accessKeyID: try Self.required(accessKeyID, "AccessKeyId"),
            secretAccessKey: Secret(try Self.required(secretAccessKey, "SecretAccessKey")),
            sessionToken: Secret(try Self.required(token, "Token")),
            expiration: expiration
        )
    }

    private static func required(_ value: String?, _ property: String) throws(Malformed) -> String {
        guard let value, !value.isEmpty else { throw Malformed(reason: "lacks \(property)") }
        guard FieldText.isVisible(value) else {
            throw Malformed(reason: "has characters in \(property) that no header may have")
        }
        return value
    }

    /// Returns the first letters and digits of a code, so that a document cannot write what it likes into the log.
    private static func printable(_ code: String) -> String {
        String(
            code.unicodeScalars.prefix(64).filter {
                $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0)
            }
        )
    }
}
